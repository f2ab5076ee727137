//! What the first sheet of a workbook says: how to edit the others, in Chinese and in English.
//!
//! Not for those who keep the files themselves (`docs/lexicon.md`).

/// The sheet's name.
pub const SHEET: &str = "Read me";

/// A paragraph a row, in Chinese and in English.
pub const LINES: &[(&str, &str)] = &[
    ("如何编辑这个词库", "How to edit this lexicon"),
    (
        "每个工作表一行一条：一个驱动因素、一个词、一个例句。可以增加、修改、删除行，可以排序和筛选；不要改工作表名和第一行的列名，也不要删列。自己的笔记请另建工作表，导入时不会读。",
        "Every sheet has one thing a row: a driver, a term, an example. Add, change and delete rows, sort and filter them; leave the names of sheets and the first row as they are, and delete no column. Notes belong on a sheet of your own, which is not read.",
    ),
    (
        "所有单元格都是文本。- 号加空格开头的词（如“- 小声点”）表示去掉从上级词库继承来的词。",
        "All cells are text. A term that begins with a hyphen and a blank, such as \"- cheap\", takes a term away that is inherited from the lexicon that this one extends.",
    ),
    (
        "Lexicon：名称、版本（每次改动请换版本号）、extends（在哪个词库之上扩展）、说明。",
        "Lexicon: its name, its version (say another one with every change), extends (the lexicon that it starts from), what it is for.",
    ),
    (
        "Drivers：驱动因素。id 只用小写字母、数字和下划线；parent 是上级驱动因素；enabled 写 no 表示停用继承来的驱动因素；people 写 yes 表示它说的是人；controllable 是 yes、partly 或 no；rollup. 开头的列是汇总属性的取值。空格子表示没有说，“-”表示明确没有。",
        "Drivers: ids are lower-case letters, digits and _; parent is the driver above; enabled = no switches an inherited driver off; people = yes: it is about people; controllable is yes, partly or no; columns that begin with rollup. hold its values of attributes. An empty cell says nothing; \"-\" says that there is none.",
    ),
    (
        "Terms：词。list 是 aspect（说到它）、aspect_if_judged（有评价时才算说到它）、positive（本身就是好评）、negative（本身就是差评）、beside_aspect.positive 和 beside_aspect.negative（在同一分句里挨着 aspect 才算）、exclude（这些说法里不算）。language 是 zh 或 en。boundary 写 any 表示在更长的词里也算。bare 写 no：没有评价时不算；general 写 no：泛泛的好坏不算说它。",
        "Terms: list is aspect (names the driver), aspect_if_judged (names it only where something is said of it), positive (praises it by itself), negative (blames it by itself), beside_aspect.positive and beside_aspect.negative (count only in the same clause as an aspect) or exclude (inside these nothing counts). language is zh or en. boundary = any: also inside longer words. bare = no: counts only where something is said of it; general = no: general praise or blame does not speak of it.",
    ),
    (
        "Words：不属于任何驱动因素的词，如通用的好评、差评、否定词；list 为 whole 的词在分词时保持完整。",
        "Words: words of no driver, such as general praise and blame, and negators; those of the list whole are kept whole when Chinese is cut into words.",
    ),
    (
        "Examples：例句，用来检验驱动因素。expect 是 positive、negative、neutral、mixed 或 none（没有说到它）；role 是问题：why（为什么打这个分，不写就是它）、good、improve、other。",
        "Examples: sentences that test a driver. expect is positive, negative, neutral, mixed or none (it is not spoken of); role is the question: why (this is meant where nothing is written), good, improve or other.",
    ),
    (
        "Responsibility：哪个部门负责哪个驱动因素。weight 是 9（主责）、3（有贡献）、1（有关）或 0。",
        "Responsibility: which function answers for which driver. weight is 9 (owns it), 3 (contributes), 1 (touches it) or 0.",
    ),
    (
        "Rollups：汇总属性和它的取值，行的顺序就是报告里的顺序；value 为空的行是属性本身。",
        "Rollups: attributes that group drivers, and their values, in the order in which reports show them; a row without a value is the attribute itself.",
    ),
    (
        "导入：verbatim lexicon import 这个文件.xlsx --into 词库文件夹。导入前会列出全部改动并询问；有任何一格写错，就逐格指出，什么也不写。",
        "To import: verbatim lexicon import THIS_FILE.xlsx --into FOLDER. It shows all changes and asks before it writes; where a cell is wrong it names every such cell, and writes nothing.",
    ),
];
