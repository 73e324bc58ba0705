/** Lower case, separated by white space. Everything that attackers try in their first few hundred guesses. */
const list = `
  000000 00000000 0123456789 0987654321 101010 102030 11111 111111 1111111 11111111 111222 112233 11223344 1122334455 121212
  12121212 123 123123 123123123 123123a 123321 1234 12341234 12344321 12345 123451 1234512345 123454321 12345678 123456789
  1234567890 1234567891 12345678910 123456789a 123456789q 1234567a 123456a 12345a 12345q 12345qwert 1234abcd 1234qwer 1234rewq
  123654 123789 1239 123abc 123asd 123qwe 123qweasd 123qwe123 131313 135790 13579 1357913579 142536 147147 147258 147258369
  147852 147852369 159357 159753 159951 168168 171717 1a2b3c 1a2b3c4d 1234567 12qwaszx 1q2w3e 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz1qaz
  1qazxsw2 1qaz@wsx 1qaz!qaz 200000 20002000 212121 2222 222222 22222222 232323 234567 252525 262626 272727 3.1415926
  303030 31415926 314159 321321 321654 333333 33333333 353535 369369 369258147 404040 420420 4321 444444 44444444 454545 456123
  456456 456789 456852 4815162342 5201314 5150 54321 543210 555555 55555555 565656 5656565656 606060 654321 6543210 6666 666666
  66666666 686868 6969 696969 69696969 741852 741852963 753951 7654321 7777 777777 7777777 77777777 789456 789456123 789789
  8675309 8888 888888 88888888 852456 87654321 909090 951753 963852741 963852 987321 987654 9876543 98765432 987654321
  9876543210 99999 999999 99999999 a123456 a1234567 a12345678 a123456789 a1b2c3 a1b2c3d4 a1b2c3d4e5 aa123456 aa12345678 aaa111
  aaaa1111 aaaaaa aaaaaaaa aabbcc abc abc123 abc12345 abc123456 abcabc abcd abcd123 abcd1234 abcd12345 abcde abcde12345 abcdef
  abcdefg abcdefgh abcdefghi abcdefghij access access14 admin admin1 admin12 admin123 admin1234 admin12345 admin123456 admin@123
  administrator adminadmin adobe123 aikotoba airborne alabama alejandro alexander alexandra amanda america american anakin anderson
  andrea andrew andrew1 angel angel1 angela angelina angels animal anthony anthony1 apple apple123 apples arsenal arsenal1 arthur
  asd123 asdasd asdasd123 asdf asdf1234 asdfasdf asdfg asdfgh asdfghj asdfghjk asdfghjkl asdf;lkj ashley ashley1 aspirine assassin
  august austin awesome azerty azertyuiop azerty123 babygirl babygirl1 babyboy badboy bailey balloon banana bandit barbara
  barbie barcelona barney baseball baseball1 basket basketball basketball1 batman batman1 batman123 beautiful beautiful1 beaver benjamin
  benjamin1 bigboy bigdaddy bigdog billabong bismillah birthday biteme blackcat blackjack blessed blink182 blizzard
  blueberry bluebird blahblah bonjour boomer boston brandon brandon1 brandy brazil brooklyn brittany broncos bubbles bubbles1 buster buster1
  butterfly butterfly1 caligula calvin camaro cameron canada captain caroline carolina carlos cassie casper catherine
  champion changeit changeme changeme1 changeme123 changethis charles charlie charlie1 charlotte cheese chelsea chelsea1 cherry chester
  chicago chicken chicken1 chocolate chocolate1 christ christian christin christina christine christmas christopher cisco123 classic
  claudia clinton cocacola coffee college compaq computer computer1 computer123 consumer cookie cookies cooper corvette cowboy
  cowboys cowboys1 crazy cristian cristina crystal daddy dakota dallas daniel daniel1 daniela danielle darkness darkside database
  debbie default default1 default123 defender demo demo1234 demodemo dennis denver destiny destiny1 diablo diamond diamonds dolphin
  dolphins domingo donald donald1 doraemon dragon dragon1 dragon123 dragonball dreamer dropbox eagle1 eagles elephant elizabeth eminem
  eminem1 emmanuel enter123 estrella evangelion everton explorer facebook facebook1 falcon familia family fantasy felicia ferrari ferrari1
  fishing flamengo florida flower flower1 flowers football football1 football123 ford forever forever1 formula1 fortune franklin
  freedom freedom1 friday friend friends friends1 friendster gabriel gabriela
  gandalf garfield gateway gemini general genesis george gfhjkm giants gibson ginger giovanni godzilla godisgood golden goldfish golfer
  google google1 google123 gordon gracie grandma greenday gregory guest guest123 guitar gundam gunner hacker hahaha hammer hannah hannah1
  happiness happy123 happyday harley harleydavidson harry123 heather hello hello1 hello123 hello1234 hellohello hellokitty helpme hockey hola
  hollywood homer hotdog hunter hunter1 hunter2 hyoshi icecream iceman idontknow iloveyou iloveyou1 iloveyou12
  iloveyou123 iloveyou2 iloveu ilovegod ilovehim india123 infinity internet internet1 isabella isabelle jackson
  jackson1 jaguar january jasmine jasmine1 jasper jeffrey jennifer jennifer1 jeremiah jessica jessica1 jesus jesus1 jesus123
  jesuschrist johncena johnny johnson jonathan jonathan1 jordan jordan1 jordan23 joseph joshua joshua1 juventus justin justin1 justice
  justinbieber katherine kawasaki kevin killer killer1 killer123 kimberly kissme kitten klaster knight kobe24 konnichiwa kristina kristin
  ladybug lakers lakers24 lakers1 lalala lalalala lauren leather legend legolas leonardo letmein letmein1 letmein123 letmein2 liberty
  linkinpark lisa liverpool liverpool1 lovelove loveme loveyou lovely lover lucky7 lucky13 macbook maddog madison madonna magic maggie
  manager manchester manutd maradona marina marine mario marlboro marseille martin martina master master1 master123 matrix matthew
  matthew1 maverick maxwell mechanic melissa mercedes merlin metallica metallica1 michael michael1 michaela michelle michelle1 mickey
  midnight miguel minecraft minecraft1 minnie mnbvcxz mohamed mohammed money123 monika monkey monkey1 monkey12 monkey123
  monster monster1 montana moonlight morgan mother mother1 motorola mountain muffin mustang mustang1 mylove mynoob mypassword myspace1
  naruto naruto123 natalie natasha ncc1701 netgear newpass newpassword newyork newyork1 nicholas nicholas1 nicole nicole1 nintendo nirvana
  nissan nopassword nothing november number1 oliver onepiece online operator oracle orange p@55w0rd p@ss1234 p@ssw0rd p@ssword
  p@ssw0rd1 p@ssw0rd123 pa$$w0rd pa55w0rd pa55word pakistan pamela panasonic panthers parker pass pass123 pass1234 pass12345 pass@123
  pass@word passion passpass passw0rd passw0rd1 password! password. password0 password01 password1 password1! password10 password11
  password12 password123 password123! password1234 password12345 password13 password2 password21 password22 password3 password4 password5
  password6 password7 password8 password9 password99 passwords passwort patricia patrick patrick1 paulina peaches peanut pepper perfect
  phantom philips phoenix phoenix1 picture1 pikachu pineapple platinum player please pokemon pokemon1 pokemon123 police
  poohbear popcorn porsche postgres power prelude precious prince princesa princess princess1 princess123 private public purple
  q1w2e3 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qaz123 qazqaz qazwsx qazwsx123 qazwsxedc qazwsxedcrfv qqqqqq qqqqqqqq
  qwaszx qweasd qweasdzxc qweqwe qweqweqwe qwer1234 qwerqwer qwert qwert1 qwert123 qwert12345 qwerty qwerty! qwerty1 qwerty12 qwerty123
  qwerty1234 qwerty12345 qwerty123456 qwerty7 qwertyqwerty qwertyu qwertyui qwertyuio qwertyuiop qwertyuiop123 qwertz qwertzuiop
  qwe123 qwe123456 qwe123qwe rabbit rachel raiders rainbow rainbow1 ranger rangers raspberry realmadrid rebecca redskins redsox
  reset123 richard robert robert1 roberto rocket rockstar rockyou rootroot root1234 root123 rosebud rush2112 russia sabrina sakura
  salasana samantha samantha1 sample123 samson samsung samsung1 samsung123 samurai sandra santiago sapphire sarah1 sasuke saturn
  scarface schalke04 school scooby scooter scorpion scorpio scotland sebastian secret secret1 secret123 secret1234 secure123 security
  september serenity server shadow shadow1 shannon shelby shinobi shopping sierra silver simple simpsons skateboard
  skywalker slayer slipknot slipknot1 smokey smokey1 snickers snoopy snowball snowman soccer soccer1 soccer10 softball soleil
  something sophie southpark spartan special spider spiderman spiderman1 spring2023 spring2024 spring2025 squirrel srinivas starcraft
  stargate startrek starwars starwars1 stella stephanie stephen steelers steven sublime success sugar summer summer1 summer01 summer123
  summer2023 summer2024 summer2025 sunflower sunshine sunshine1 sunshine123 superadmin superman superman1 superman123 supernova
  superstar superuser support swimming swordfish sydney sysadmin system taylor taylor1 tattoo teacher tennis teresa test test1 test12
  test123 test1234 test12345 test123456 testing testing1 testing123 testpass testtest thailand thankyou theman therock thomas thomas1
  thunder thunder1 thx1138 tiffany tigers tigger tigger1 tinkerbell titanic tokyo123 toor tottenham toyota training transformers
  travis treasure trinity trouble trustno1 trustme tucker turtle tweety twilight uncle undertaker unicorn united universal user1234
  user123 useruser vacation valentin valentina valentine vampire vanessa vanilla veronica victor victoria victoria1 victory video
  vietnam viking virginia vladimir volcom volleyball warcraft warrior warriors watermelon welcome welcome! welcome01 welcome1 welcome12
  welcome123 welcome1234 welcome2 welcome@123 westside whatever whatever1 whiskey wildcats william william1 willow windows windows10
  windows7 winner winston winter winter01 winter123 winter2023 winter2024 winter2025 wizard wolverine wonderful wordpass wordpress
  wrestling xbox360 xxxxxx xxxxxxxx xavier yahoo123 yamaha yamamoto yankees yankees1 yellow yokohama yosemite youtube yuantuo2012
  yugioh zachary zaq1xsw2 zaq12wsx zaq1zaq1 zidane zombie zxcvbn zxcvbnm zxcvbnm1 zxcvbnm123 zxc123 zxcasdqwe zxcvzxcv zzzzzz zzzzzzzz
`;

/** The passwords that are tried first, in lower case. */
export const commonPasswords: ReadonlySet<string> = new Set(
  // The two that everybody knows stand apart, so that a reader sees what kind of list it is.
  ["password", "123456", ...list.trim().split(/\s+/)],
);
