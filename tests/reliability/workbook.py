"""Workbooks, part by part: as a program writes them, or saying whatever a check wants.

Not for styles, dates or formulas.
"""

import io
import zipfile
from xml.sax.saxutils import escape

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {NAMESPACE} xmlns:r="{OFFICE}"><sheets><sheet name="Survey" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def letters(column):
    """The name of a column, from 0."""
    name = ""
    while column >= 0:
        name = chr(65 + column % 26) + name
        column = column // 26 - 1
    return name


def cell(column, row, value, shared=None):
    """A cell, from 0 and 0: a number, a text, or the number of a shared text."""
    at = f"{letters(column)}{row + 1}"
    if shared is not None:
        return f'<c r="{at}" t="s"><v>{shared}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{at}"><v>{value}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def sheet(rows, more=""):
    """The part of a sheet; `rows`: XML of the rows."""
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet {NAMESPACE}><sheetData>{rows}</sheetData>{more}</worksheet>'


def table(rows):
    """The XML of rows of values."""
    lines = []
    for number, row in enumerate(rows):
        cells = "".join(cell(column, number, value) for column, value in enumerate(row) if value != "")
        lines.append(f'<row r="{number + 1}">{cells}</row>')
    return "".join(lines)


def shared(texts, said=None):
    """The part of the texts that cells share; `said`: how many it says there are."""
    said = len(texts) if said is None else said
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    return f'<sst {NAMESPACE} count="{said}" uniqueCount="{said}">{items}</sst>'


def book(sheet_part, shared_part=None, more=()):
    """The bytes of a workbook of one sheet; parts are text, or pieces of bytes."""
    target = io.BytesIO()
    parts = [*PARTS.items(), ("xl/sharedStrings.xml", shared_part or shared([])), ("xl/worksheets/sheet1.xml", sheet_part), *more]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            with archive.open(name, "w", force_zip64=False) as file:
                for piece in [part] if isinstance(part, str) else part:
                    file.write(piece.encode() if isinstance(piece, str) else piece)
    return target.getvalue()
