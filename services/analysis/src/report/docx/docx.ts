import { strToU8, zipSync } from 'fflate';
import type { DocumentText } from '../../documents/documents.ts';
import { markup } from '../markup.ts';
import { type Outline, outlineOf, type Topic } from '../outline/outline.ts';
import type { ReportSubject } from '../render-report.ts';
import { annotationsOf } from './annotations.ts';
import { commentsPart } from './comments-part.ts';
import { contractBody } from './contract-body.ts';
import { outlineBody } from './outline-body.ts';
import {
  contentTypesPart,
  corePropertiesPart,
  documentRelationsPart,
  footerPart,
  packageRelationsPart,
} from './package-parts.ts';
import { stylesPart } from './styles-part.ts';
import { xmlPart } from './xml-part.ts';

/** Clauses are shown where they stand: as comments. */
const shownAsComments: ReadonlySet<Topic> = new Set(['clauses']);
/** The oldest that a zip archive can name, so that the same review gives the same bytes. */
const entryTime = new Date(1980, 0, 1);

/**
 * A document of WordprocessingML (ECMA-376): first the review, then the contract with the findings as comments on the
 * passages that they are about.
 */
export function renderDocx(subject: ReportSubject, text: DocumentText): Uint8Array {
  const { analysis } = subject;
  const writtenAt = analysis.completedAt ?? analysis.createdAt;
  const annotations = annotationsOf(analysis.review);
  const outline = outlineOf(subject);
  const parts: Record<string, string> = {
    '[Content_Types].xml': contentTypesPart,
    '_rels/.rels': packageRelationsPart,
    'docProps/core.xml': corePropertiesPart(outline, writtenAt),
    'word/_rels/document.xml.rels': documentRelationsPart,
    'word/document.xml': documentPart(outline, contractBody(text, annotations)),
    'word/comments.xml': commentsPart(annotations, writtenAt),
    'word/styles.xml': stylesPart,
    'word/footer1.xml': footerPart(outline),
  };
  const files = Object.fromEntries(Object.entries(parts).map(([path, xml]) => [path, strToU8(xml)]));
  return zipSync(files, { mtime: entryTime });
}

function documentPart(outline: Outline, contract: ReturnType<typeof contractBody>): string {
  const review = { ...outline, sections: outline.sections.filter(({ topic }) => !shownAsComments.has(topic)) };
  return xmlPart(markup`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>
${outlineBody(review)}<w:p><w:pPr><w:pStyle w:val="Heading1"/><w:pageBreakBefore/></w:pPr><w:r><w:t>The contract, with comments</w:t></w:r></w:p>
${contract}<w:sectPr><w:footerReference w:type="default" r:id="rIdFooter"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>
</w:body></w:document>`);
}
