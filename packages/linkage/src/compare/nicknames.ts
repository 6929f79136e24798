// Short forms of English given names, as one line per name: the forms on a line may stand for each other.
// Our own list of the common ones; a form may stand on several lines. Data, not logic.

const LINES = `
abigail abbie abby gail|abraham abe bram|albert al bert bertie|alexander alex alec sandy xander sasha|alexandra alex sandra sandy lexi
alfred alf alfie fred|alice ali allie|amanda mandy|amelia millie amy|andrew andy drew|angela angie|ann anne anna annie nan nancy hannah
anthony tony ant|antonia toni|archibald archie|arthur art artie|barbara barb babs barbie|bartholomew bart|beatrice bea trixie
benjamin ben benny benji|bernard bernie|bradley brad|caroline carrie caro carolyn|catherine katherine kathryn kate katie kathy cathy kitty kit kay
charles charlie chas chuck chaz|charlotte charlie lottie|christine christina chris chrissie tina|christopher chris kit topher|clifford cliff
constance connie|cynthia cindy|daniel dan danny|david dave davy|deborah debra deb debbie|dennis den denny|dominic dom|donald don donnie
dorothy dot dottie dolly|douglas doug|edmund ed eddie ned ted|edward ed eddie ned ted teddy|eleanor ellie nell nellie nora
elizabeth eliza liz lizzie beth betty bess bessie betsy elsie libby lisa|emily em emmy millie|eugene gene|ezekiel zeke
florence flo florrie|frances fran francie fanny|francis frank fran|franklin frank|frederick fred freddie freddy|gabriel gabe|geoffrey jeffrey geoff jeff
george georgie|gerald gerry jerry|gertrude gertie trudy|gilbert gil bert|gregory greg|harold harry hal|harriet hattie|helen nell nellie ellen
henry harry hal hank|herbert herb bert|hugh hughie huw|isaac ike|isabella isabel bella izzy|jacob jake|james jim jimmy jamie jem
jane janie jenny|janet jan|jennifer jen jenny|jeremy jerry jez|jessica jess jessie|joan joanie|joanna jo joanne|john jack johnny jon
jonathan jon jonny nathan|joseph joe joey jos|josephine jo josie|joshua josh|judith judy|julia julie|kenneth ken kenny|kimberly kim
laura laurie lori|lawrence laurence larry laurie lawrie|leonard len lenny leo|leslie les|lewis louis lou lew|lillian lily lil
louise lou|lucille lucy|madeleine maddie|magdalene maggie lena|margaret maggie meg megan peggy peg daisy greta madge margie rita
maria mary marie molly polly mamie may|martha mattie patty|martin marty|mathew matthew matt|matilda tilly mattie maud
maurice morris mo|maximilian max|michael mike mick mickey mikey|mildred millie|miriam mimi|mitchell mitch|nathaniel nathan nat nate
nicholas nick nicky|nicola nicky nikki|norman norm|oliver ollie noll|olivia liv livvy ollie|oscar ozzie|oswald oz ozzie|pamela pam|patricia pat patsy tricia trish
patrick pat paddy|penelope penny|peter pete|philip phillip phil pip|priscilla cilla|rachel rae|raymond ray|rebecca becky becca|reginald reg reggie
richard rick ricky dick dickie rich|robert bob bobby rob robbie bert|roger rodge|ronald ron ronnie|rosemary rose rosie|rudolph rudy|rupert bert
russell russ|ruth ruthie|samantha sam|samuel sam sammy|sarah sara sally sadie|sebastian seb|sidney sid|simon si|solomon sol|sophia sophie
stanley stan|stephen steven steve stevie|stuart stewart stu|susan sue susie suzanne|sylvester sly|sylvia syl|tabitha tabby|terence terry
theodore ted teddy theo|theresa teresa terry tess tessa|thomas tom tommy|timothy tim timmy|tobias toby|ursula ursa|valerie val|veronica ronnie
victor vic|victoria vicky tori|vincent vince vinny|virginia ginny|walter walt wally|wilfred wilf|wilhelmina mina minnie
william will willie bill billy liam|winifred winnie freda|zachary zach zack`;

/** Each form with the numbers of the lines it stands on. */
export const NICKNAME_GROUPS: ReadonlyMap<string, readonly number[]> = readGroups();

function readGroups(): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [number, line] of LINES.trim().split(/[|\n]/).entries()) {
    for (const form of line.split(" ")) groups.set(form, [...(groups.get(form) ?? []), number]);
  }
  return groups;
}
