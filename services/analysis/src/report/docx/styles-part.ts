import { type Markup, markup } from '../markup.ts';
import { xmlPart } from './xml-part.ts';

interface ParagraphLook {
  name: string;
  /** In half points. */
  size?: number;
  color?: string;
  bold?: true;
  italic?: true;
  sans?: true;
  /** White space before and after, and from the left, in twentieths of a point. */
  before?: number;
  after?: number;
  left?: number;
  /** How far the first line begins before the others. */
  hanging?: number;
  /** Stays on the page of what follows; a heading of that level, counted from 0, in the document's outline. */
  outlineLevel?: number;
  align?: 'right' | 'both';
  /** A line at the side, in that colour. */
  bar?: string;
  rest?: Markup;
}

const navy = '1F3A5F';
const gray = '5F5F5F';

const paragraphLooks: Readonly<Record<string, ParagraphLook>> = {
  Title: { name: 'Title', size: 38, color: navy, bold: true, sans: true, after: 40 },
  Subtitle: { name: 'Subtitle', size: 22, color: gray, after: 200 },
  Heading1: {
    name: 'heading 1',
    size: 28,
    color: navy,
    bold: true,
    sans: true,
    before: 320,
    after: 120,
    outlineLevel: 0,
  },
  Heading2: { name: 'heading 2', size: 21, bold: true, sans: true, before: 180, after: 40, outlineLevel: 1 },
  BodyText: { name: 'Body Text', after: 60 },
  ListBullet: { name: 'List Bullet', after: 40, left: 284, hanging: 284 },
  Quote: { name: 'Quote', size: 19, color: '333333', after: 80, left: 284, bar: 'BBBBBB' },
  Warning: { name: 'Warning', bold: true, color: '8F5600', after: 120, left: 142, bar: 'B35900' },
  Muted: { name: 'Muted', size: 18, color: gray, before: 120 },
  FactLabel: { name: 'Fact Label', size: 18, color: '444444', bold: true, sans: true, before: 30, after: 30 },
  TableText: { name: 'Table Text', size: 20, before: 30, after: 30 },
  AfterTable: { name: 'After Table', size: 8 },
  ContractText: { name: 'Contract Text', after: 120 },
  ContractHeading: { name: 'Contract Heading', bold: true, before: 160, after: 100, rest: markup`<w:keepNext/>` },
  PageMarker: {
    name: 'Page Marker',
    size: 16,
    color: '8A8A8A',
    sans: true,
    align: 'right',
    before: 80,
    after: 40,
    rest: markup`<w:keepNext/>`,
  },
  CommentText: { name: 'annotation text', size: 20 },
  Footer: {
    name: 'footer',
    size: 16,
    color: gray,
    sans: true,
    rest: markup`<w:tabs><w:tab w:val="right" w:pos="9638"/></w:tabs>`,
  },
};

const runLooks: readonly [id: string, name: string, properties: Markup][] = [
  ['Strong', 'Strong', markup`<w:b/>`],
  ['Note', 'Note', markup`${sansFonts()}<w:b w:val="0"/><w:i w:val="0"/><w:color w:val="6B6B6B"/><w:sz w:val="16"/>`],
  ['CommentReference', 'annotation reference', markup`<w:sz w:val="16"/>`],
  ['Levelhigh', 'Level High', markup`<w:color w:val="B00020"/>`],
  ['Levelmedium', 'Level Medium', markup`<w:color w:val="8F5600"/>`],
  ['Levellow', 'Level Low', markup`<w:color w:val="235A83"/>`],
  ['Levelinfo', 'Level Info', markup`<w:color w:val="555555"/>`],
];

/** How everything looks: only fonts that come with the common word processors, or that they know a substitute for. */
export const stylesPart =
  xmlPart(markup`<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="en-US"/></w:rPr></w:rPrDefault>
<w:pPrDefault><w:pPr><w:spacing w:after="0" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
${Object.entries(paragraphLooks).map(paragraphStyle)}${runLooks.map(
  ([id, name, properties]) =>
    markup`<w:style w:type="character" w:styleId="${id}"><w:name w:val="${name}"/><w:rPr>${properties}</w:rPr></w:style>\n`,
)}<w:style w:type="table" w:styleId="ReviewTable"><w:name w:val="Review Table"/><w:tblPr><w:tblBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="CCCCCC"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="CCCCCC"/></w:tblBorders><w:tblCellMar><w:left w:w="90" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
</w:styles>`);

/** The order of the elements is that of the schema, on which Word insists. */
function paragraphStyle([id, look]: [string, ParagraphLook]): Markup {
  const { name, size, color, bold, italic, sans, before, after, left, hanging, outlineLevel, align, bar, rest } = look;
  const optional = (isSet: boolean, element: Markup) => (isSet ? [element] : []);
  return markup`<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>${optional(outlineLevel !== undefined, markup`<w:keepNext/>`)}${rest ?? markup``}${optional(bar !== undefined, markup`<w:pBdr><w:left w:val="single" w:sz="12" w:space="6" w:color="${bar ?? ''}"/></w:pBdr>`)}<w:spacing w:before="${before ?? 0}" w:after="${after ?? 0}"/>${optional(left !== undefined, markup`<w:ind w:left="${left ?? 0}" w:hanging="${hanging ?? 0}"/>`)}${optional(align !== undefined, markup`<w:jc w:val="${align ?? ''}"/>`)}${optional(outlineLevel !== undefined, markup`<w:outlineLvl w:val="${outlineLevel ?? 0}"/>`)}</w:pPr><w:rPr>${optional(sans === true, sansFonts())}${optional(bold === true, markup`<w:b/>`)}${optional(italic === true, markup`<w:i/>`)}${optional(color !== undefined, markup`<w:color w:val="${color ?? ''}"/>`)}${optional(size !== undefined, markup`<w:sz w:val="${size ?? 0}"/><w:szCs w:val="${size ?? 0}"/>`)}</w:rPr></w:style>\n`;
}

function sansFonts(): Markup {
  return markup`<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>`;
}
