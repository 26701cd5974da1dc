import { type Markup, markup } from '../markup.ts';
import type { Annotation, Remark } from './annotations.ts';
import { xmlPart } from './xml-part.ts';

/** The comments, numbered in the order of the annotations. */
export function commentsPart(annotations: readonly Annotation[], writtenAt: Date): string {
  const date = writtenAt.toISOString();
  return xmlPart(markup`<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
${annotations.map(
  ({ remarks }, id) =>
    markup`<w:comment w:id="${id}" w:author="Contract Reviewer" w:initials="CR" w:date="${date}">${remarks.flatMap(remarkMarkup)}</w:comment>\n`,
)}</w:comments>`);
}

function remarkMarkup({ title, lines }: Remark): Markup[] {
  return [
    markup`<w:p><w:pPr><w:pStyle w:val="CommentText"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">${title}</w:t></w:r></w:p>`,
    ...lines.map(
      (line) =>
        markup`<w:p><w:pPr><w:pStyle w:val="CommentText"/></w:pPr><w:r><w:t xml:space="preserve">${line}</w:t></w:r></w:p>`,
    ),
  ];
}
