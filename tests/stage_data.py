"""The books and the readers of the stage."""

from reading.books.rules import NO_NUMBER, Details, Number

BOOKS = (
    Details("活着", "余华", Number("9787506365437"), "作家出版社", 2012, 191, "literature"),
    Details("平凡的世界", "路遥", NO_NUMBER, "北京十月文艺出版社", 2012, None, "literature"),
    Details("红旗渠", "", NO_NUMBER, "", None, None, "local"),
    Details("西游记", "吴承恩", NO_NUMBER, "人民文学出版社", None, None, "classics"),
)
# Ties, a name outside the BMP, a nickname and people who read a lot or a little.
READERS = (
    ("郭建国", "masked", "", 98),
    ("秦玉兰", "masked", "", 64),
    ("常大山", "nickname", "太行山人", 64),
    ("𠅤小满", "masked", "", 52),
    ("冯秀英", "masked", "", 47),
    ("路长河", "nickname", "渠水长流", 40),
    ("牛春生", "masked", "", 33),
    ("万喜梅", "masked", "", 30),
    ("侯永强", "masked", "", 25),
    ("元小宝", "nickname", "爱读书的小宝", 20),
    ("申桂花", "masked", "", 12),
    ("欧阳文轩", "masked", "", 8),
)
