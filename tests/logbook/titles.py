"""Titles of real books, and what people type when a field must not stay empty."""

REAL = """
1984|2666|1Q84|1421|24|42|365|101|1793|300|1Q84 BOOK 3|11/22/63|22|1983|1587|1644|1491|1949|2001|2034|
4 3 2 1|4321|3001|2010|451|K|Q|V.|S.|Z|家|春|秋|蛙|活着|红楼梦|西游记|三国演义|水浒传|论语|孟子|老子|庄子|
诗经|周易|史记|汉书|兄弟|第七天|许三观卖血记|在细雨中呼喊|平凡的世界|人生|白鹿原|围城|边城|长河|呐喊|彷徨|
朝花夕拾|故事新编|骆驼祥子|四世同堂|茶馆|龙须沟|子夜|雷雨|日出|原野|北京人|青春之歌|林海雪原|红岩|红日|
红旗谱|创业史|保卫延安|铁道游击队|烈火金钢|三体|三体II|三体III|三体Ⅱ·黑暗森林|三体Ⅲ：死神永生|球状闪电|
流浪地球|Q版三国|Q版语文|阿Q正传|阿弥陀佛么么哒|乖，摸摸头|好吗好的|啊，朋友|啊！摇篮|哈哈哈|喵喵喵|汪汪汪|
呱呱呱|嘘嘘嘘|抱抱|抱抱抱|好饿的毛毛虫|棕色的熊、棕色的熊，你在看什么？|猜猜我有多爱你|逃家小兔|
大卫，不可以|蹦！|呀！屁股|点点点|小小小小的火|爱爱爱|三毛流浪记|咕噜咕噜|轱辘轱辘转|噼里啪啦|噼里啪啦系列|
嘟嘟嘟|窗边的小豆豆|夏洛的网|小王子|草房子|青铜葵花|狼图腾|藏獒|皮皮鲁传|鲁西西传|舒克贝塔航空公司|
大头儿子小头爸爸|没头脑和不高兴|小兵张嘎|闪闪的红星|鸡毛信|神笔马良|宝葫芦的秘密|大林和小林|稻草人|
十万个为什么|十万个为什么？|上下五千年|中华上下五千年|百年孤独|霍乱时期的爱情|追风筝的人|灿烂千阳|
解忧杂货店|白夜行|嫌疑人X的献身|放学后|恶意|挪威的森林|海边的卡夫卡|且听风吟|舞！舞！舞！|奇鸟行状录|雪国|
古都|伊豆的舞女|人间失格|斜阳|心|我是猫|罗生门|金阁寺|乱世佳人|飘|简·爱|呼啸山庄|傲慢与偏见|双城记|雾都孤儿|
老人与海|永别了，武器|丧钟为谁而鸣|了不起的盖茨比|麦田里的守望者|杀死一只知更鸟|动物农场|美丽新世界|我们|
华氏451|基督山伯爵|三个火枪手|巴黎圣母院|悲惨世界|九三年|红与黑|包法利夫人|茶花女|羊脂球|局外人|鼠疫|恶心|
第二性|战争与和平|安娜·卡列尼娜|复活|罪与罚|白痴|卡拉马佐夫兄弟|死魂灵|父与子|钢铁是怎样炼成的|童年|在人间|
我的大学|静静的顿河|日瓦戈医生|古拉格群岛|变形记|城堡|审判|魔山|荒原狼|悉达多|浮士德|少年维特之烦恼|铁皮鼓|
C++ Primer|C Primer Plus|C程序设计语言|C#入门经典|Java|Go语言圣经|R语言实战|SQL必知必会|CSS|CSS3|HTML5|
HTTP权威指南|TCP/IP详解 卷1：协议|PHP|XML|MySQL必知必会|Python编程：从入门到实践|Vue.js|jQuery|Linux|Unix|
UNIX编程艺术|K&R|SICP|CSAPP|DNA|DNS与BIND|NBA|PPT|EXCEL|Excel 2016|WPS|PS|CorelDRAW X4|3ds Max|AutoCAD 2020|
Photoshop CC|VB.NET|DSLR|XHTML|HTTPS|HTML|ABC|ABC…|Abc|ABCs|A.B.C.谋杀案|ABC谋杀案|A B C|123|1 2 3|ABC 123|
EQ|IQ|IT|It|Emma|Ulysses|Dune|Holes|Wonder|Hatchet|Jaws|Shōgun|Ragtime|Beloved|Gilead|Atonement|Possession|
Kim|She|Lolita|Walden|Utopia|Candide|Emile|Faust|Medea|Macbeth|Hamlet|Othello|King Lear|Dracula|
Frankenstein|Rebecca|Room|Matilda|The BFG|Charlotte's Web|Stuart Little|Goodnight Moon|
The Very Hungry Caterpillar|Moo, Baa, La La La!|Chicka Chicka Boom Boom|Mr. Brown Can Moo|
Oh, the Places You'll Go!|Green Eggs and Ham|Harry Potter|Twilight|Eragon|Les Misérables|L'Étranger|
Crime and Punishment|War and Peace|Pachinko|Sapiens|Homo Deus|人类简史|未来简史|今日简史|枪炮、病菌与钢铁|
万历十五年|中国大历史|乡土中国|江村经济|中国通史|国史大纲|明朝那些事儿|明朝那些事儿 柒|毛泽东选集|
毛泽东选集（第一卷）|邓小平文选|习近平谈治国理政|习近平的七年知青岁月|之江新语|摆脱贫困|资本论|共产党宣言|
实践论 矛盾论|红星照耀中国|苦难辉煌|大江大海一九四九|新华字典|现代汉语词典|辞海|本草纲目|黄帝内经|伤寒论|
金匮要略|齐民要术|天工开物|梦溪笔谈|养牛学（第二版）|大便书（纪念版）|果树修剪七日通|红旗渠|林县志|林州市志|
安阳县志|花椒栽培技术|小麦高产栽培|农村百事通|知音|读者|意林|故事会|半月谈|求是|人民文学|收获|当代|十月|
花城|钟山|人生海海|解密|暗算|风声|尘埃落定|额尔古纳河右岸|秦腔|废都|浮躁|一句顶一万句|一地鸡毛|温故一九四二|
檀香刑|红高粱家族|丰乳肥臀|生死疲劳|酒国|四十一炮|长恨歌|繁花|推拿|玉米|青衣|平原|主角|装台|人世间|雪城|
年轮|天行者|大秦帝国|雍正皇帝|曾国藩|张居正|李自成|诛仙|鬼吹灯|盗墓笔记|斗破苍穹|射雕英雄传|神雕侠侣|
倚天屠龙记|天龙八部|笑傲江湖|鹿鼎记|多情剑客无情剑|绝代双骄|楚留香传奇|窗外|还珠格格|撒哈拉的故事|
梦里花落知多少|雨季不再来|目送|孩子你慢慢来|亲爱的安德烈|文化苦旅|山居笔记|我与地坛|务虚笔记|病隙碎笔|
沉默的大多数|黄金时代|白银时代|青铜时代|一只特立独行的猪|你好，旧时光|最好的我们|致我们终将逝去的青春|
何以笙箫默|步步惊心|后宫·甄嬛传|琅琊榜|庆余年|全职高手|魔道祖师|默读|撒野|某某|小蘑菇|天官赐福|三字经|
百家姓|千字文|弟子规|唐诗三百首|宋词三百首|元曲三百首|古文观止|菜根谭|增广贤文|幼学琼林|声律启蒙|笠翁对韵|
世说新语|聊斋志异|儒林外史|镜花缘|封神演义|东周列国志|说岳全传|杨家将|隋唐演义|三侠五义|老残游记|官场现形记|
孽海花|海上花列传|金瓶梅|牡丹亭|西厢记|桃花扇|窦娥冤|长生殿|666个脑筋急转弯|1001夜|一千零一夜|365夜故事|
99个小问号|007：大战皇家赌场|80天环游地球|八十天环游地球|海底两万里|神秘岛|地心游记|80后|90后|50+|5·12|
9·11委员会报告|7天|12个人的一天|14岁|37°2|The 39 Steps|Catch-22|Fahrenheit 451|Slaughterhouse-Five|
2001: A Space Odyssey|1Q84（1）|1+1>2|e的故事|π的秘密|Ω|Rhythm|Psych|Crypt|Myst|Lynx|ㄅㄆㄇ|あいうえお|
ノルウェイの森|Братья Карамазовы|Ти|데미안|كليلة ودمنة|XVIII|MDCC|MCMXIV|TVB|NBA|PTSD|BBC|GTD|PMBOK|MBTI|
CFPS|FBI|KGB|CBGB|DK儿童百科|牛津树|RAZ|RAZ-A|Raz G|Peppa Pig|Biscuit|Elephant & Piggie|Captain Underpants|
Dog Man|Big Nate|Dork Diaries|Wimpy Kid|小屁孩日记|神奇校车|米小圈上学记|淘气包马小跳|查理九世|怪物大师|
墨多多|猫武士|哈利·波特与魔法石|
""".replace("\n", "")

MADE_UP = """
asdfgh|asdf|ASDFGH|asd fgh|qwer|qwerty|qwertyuiop|zxcvbn|zxcv|lkjhg|poiuy|asdasd|qweqwe|asdqwe|asdfjkl|1111|
111|0000|11111111|9999|222|1234|123456|12345678|1234567890|0987654321|54321|1q2w3e|1q2w3e4r|qazwsx|1qaz|
121212|123123|112112|啊啊啊啊|啊啊啊啊啊啊啊啊|哈哈哈哈哈|呵呵呵呵|书书书书|aaaa|aaa|xxx|zzzzzz|aaaaaaaaaa|
ＡＡＡＡ|１１１１|sdfsd|sdfsdf|dfgdfg|jkhkjh|fghjfgh|hjkhjk|gfdgfd|xcvxcv|dsfsdgf|bnmbnm|。。。|...|???|
？？？|----|***|!!!|~|1|0|test|Test|TEST|测试|不知道书名|书名|阿斯顿发|阿斯顿发阿斯顿发|啊实打实|啊手动阀|
""".replace("\n", "")


def real() -> list[str]:
    """Return the titles of real books, each once."""
    return sorted({title for title in REAL.split("|") if title})


def made_up() -> list[str]:
    """Return what is no title."""
    return sorted({title for title in MADE_UP.split("|") if title})
