import { markup } from '../markup.ts';
import type { Outline } from '../outline/outline.ts';
import { xmlPart } from './xml-part.ts';

const wordType = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const officeRelation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageNamespace = 'http://schemas.openxmlformats.org/package/2006';

/** What kind of part each file of the package is. */
export const contentTypesPart = xmlPart(markup`<Types xmlns="${`${packageNamespace}/content-types`}">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>
<Override PartName="/word/document.xml" ContentType="${wordType}.document.main+xml"/>
<Override PartName="/word/comments.xml" ContentType="${wordType}.comments+xml"/>
<Override PartName="/word/styles.xml" ContentType="${wordType}.styles+xml"/>
<Override PartName="/word/footer1.xml" ContentType="${wordType}.footer+xml"/>
</Types>`);

/** Where a reader begins. No relation leads outside of the package. */
export const packageRelationsPart = xmlPart(markup`<Relationships xmlns="${`${packageNamespace}/relationships`}">
<Relationship Id="rIdDocument" Type="${officeRelation}/officeDocument" Target="word/document.xml"/>
<Relationship Id="rIdCore" Type="${`${packageNamespace}/relationships/metadata/core-properties`}" Target="docProps/core.xml"/>
</Relationships>`);

export const documentRelationsPart = xmlPart(markup`<Relationships xmlns="${`${packageNamespace}/relationships`}">
<Relationship Id="rIdStyles" Type="${officeRelation}/styles" Target="styles.xml"/>
<Relationship Id="rIdComments" Type="${officeRelation}/comments" Target="comments.xml"/>
<Relationship Id="rIdFooter" Type="${officeRelation}/footer" Target="footer1.xml"/>
</Relationships>`);

export function corePropertiesPart({ title, subtitle }: Outline, writtenAt: Date): string {
  const date = writtenAt.toISOString();
  return xmlPart(markup`<cp:coreProperties xmlns:cp="${`${packageNamespace}/metadata/core-properties`}" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<dc:title>${title}</dc:title><dc:subject>${subtitle}</dc:subject><dc:creator>Contract Reviewer</dc:creator>
<dcterms:created xsi:type="dcterms:W3CDTF">${date}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${date}</dcterms:modified>
</cp:coreProperties>`);
}

/** The name of the contract, and the page. */
export function footerPart({ subtitle }: Outline): string {
  return xmlPart(markup`<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>
<w:r><w:t xml:space="preserve">${subtitle}</w:t></w:r><w:r><w:tab/></w:r>
<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve"> / </w:t></w:r>
<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>`);
}
