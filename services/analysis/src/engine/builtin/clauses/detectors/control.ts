import type { Detector } from '../detector.ts';

const controlChange =
  '(changes?|changed|changing) (of|in|to) (the )?(\\w{1,14},? ){0,3}(control|ownership|management)|(ownership|control) change|change[- ]of[- ]control|changes? control|(is|are|being|be) acquired by';
const consequence =
  'terminat\\w{1,5}|(prior |express )?(written )?(consent|approval) of|deemed (to be |to constitute |to have )?(an? )?(assign\\w{1,6}|transfer\\w{0,3})|(constitute|considered|considered to be) an? (assignment|transfer)|(shall|will|must) (promptly |immediately |give |provide )?(\\w{1,10} ){0,2}(notify|notice)|not assign|may not (be )?(assign|transfer)\\w{0,3}';

/** Law, assignment and control. */
export const controlDetectors: readonly Detector[] = [
  {
    topic: 'Governing Law',
    searched: ['the law that governs the contract', 'governed by or construed under the laws of a state or country'],
    conclusive: [
      '(govern(s|ed|ing)?|construed|interpreted|enforced|subject|determined|resolved|controlled) ~ (by|under|with|to|of|pursuant to) ~ (laws?|statutes) ~ (of|in|for)',
      '(govern(s|ed|ing)?|construed|interpreted|enforced) ~ (in accordance with|according to|by|under|pursuant to) ~ (law|laws|statutes)',
      'laws? of ~ (shall|will|to) (apply|govern|control|be applied|be applicable)',
      'laws? of ~ (governs?|applies|controls)',
      '(governing|applicable|proper|choice of) law ~ (is|shall be|will be|of this (agreement|contract))',
    ],
    supporting: [['laws? of the (state|commonwealth|province|republic|courts) of']],
    headings: [
      '.{0,30}(governing law|applicable law|choice of law|law and jurisdiction|controlling law|proper law|law governing).{0,40}',
      'jurisdiction.{0,20}|law',
    ],
    against: [
      [
        '(organi[sz]ed|incorporated|existing|formed|registered|qualified) ~ (under|pursuant to|by) the laws',
        'corporate law|bankruptcy|export|securities laws?|tax laws?|privacy laws?',
        '(comply|complies|compliance|accordance) with (all )?(applicable|any|relevant|local)',
        'arbitration ~ rules',
        'data protection|confidential*|disclos*',
        'indemnif*|warrant*|liab(le|ility)',
      ],
      [
        'duly (organi[sz]ed|incorporated|formed)',
        'comply|compliance',
        'good standing',
        'severab*|invalid|unenforceable',
      ],
    ],
    value: 'governing-law',
  },
  {
    topic: 'Anti-Assignment',
    searched: ['a ban on assigning the contract without consent', 'assignment that is void without consent'],
    conclusive: [
      '(not|neither|no|nor|none|cannot|never|without) ~~ (assign|assigns|assigned|assignment|assignable|assigning|transferr?able|novate*|delegate*) ~~ (consent|approval|permission|agreement|rights?|void|obligations?|hereunder|license)',
      '(assign|assigned|assigns|assignment|assignable|assigning|transfer|transferred|delegate*) ~ (without|only with|except with|unless|subject to|requires?) ~ (consent|approval|permission|written|notice)',
      '(purported|attempted|any|such) (\\w{1,14} ){0,2}(assignment|transfer|delegation) ~~ (void|invalid|no effect|breach|ineffective)',
      '(may|shall|will|must) not (be )?(\\w{1,12},? ){0,3}assign(ed|able)?',
      'non-? ?assignable|not assignable',
      'personal (to|in nature) ~ (assign*|transfer*)',
      '(may|shall|entitled to|right to) (freely )?assign (this|its|all|any) ~~ (consent|affiliate|successor|notice)',
    ],
    headings: [
      '.{0,40}(assignment|assignability|no assignment|transfer|successors and assigns|assigns|binding effect).{0,40}',
    ],
    against: [
      [
        'assign* ~ (right, title|invention*|copyright*|patents?|intellectual property|work product)',
        'benefit of (its )?creditors',
        '(shares|stock|securities|units|warrants?|notes?)',
        'assigned (to|by) (it|him|employees?|personnel|account|task|the project)',
        'warrant*|represent*',
        'duties assigned|assigned (tasks?|duties|personnel|territor*)',
      ],
      [
        'benefit of (its |the )?creditors',
        'assigned (personnel|territor*|duties|tasks?|employees?)|duties assigned',
        'security interest|pledge',
        'moral rights',
        'hereby assigns?|agrees? to assign|shall assign to',
      ],
    ],
  },
  {
    topic: 'Change Of Control',
    searched: [
      'what happens on a change of control, merger or sale of assets',
      'consent or termination on a change of ownership',
    ],
    conclusive: [
      `(${controlChange}) ~~ (${consequence})`,
      `(${consequence}) ~~ (${controlChange})`,
      `(acquir*|acquisition|purchase*|sale|sold|sells?|transfer*|disposition) ~ (majority|controlling|percent|%|substantially all|all or a substantial) ~ (stock|shares|voting|equity|ownership|interest|assets|business|capital|securities)s? ~~ (${consequence})`,
      `(${consequence}) ~~ (acquir*|acquisition|purchase*|sale|sold|sells?|transfer*|disposition) ~ (majority|controlling|percent|%|substantially all|all or a substantial) ~ (stock|shares|voting|equity|ownership|interest|assets|business|capital|securities)s?`,
      `(majority|substantially all|controlling|percent|%) ~ (stock|shares|voting|equity|ownership|interest|assets|business|capital|securities)s? ~ (acquired|sold|transferred) ~~ (${consequence})`,
      `(merger|merge|merges|merged|consolidation|amalgamation) ~~ (${consequence})`,
      `(not|neither) ~~ assign* ~~ (merger|change of control|change in control|consolidation) ~~ consent`,
      'merger ~~ operation of law|operation of law ~ (merger|change of control|sale)',
    ],
    headings: ['.{0,20}change (of|in) (control|ownership).{0,20}'],
    against: [
      [
        'benefit of (its )?creditors',
        'insolven*|bankrupt*|receiver*|liquidat*',
        'stock options?|vest*|severance|employee|executive|employment',
        '"?affiliate"? (means|shall)',
      ],
      [
        'without (the )?(prior )?(written )?(consent|approval)( of| from)? ~ (in connection with|to a successor|to any successor|to an affiliate)',
        '(may|right to|free to|entitled to) (freely )?(assign|transfer) ~ (in connection with|to a successor|to any successor|to an affiliate|to its affiliate*)',
        'net sales|confidential*|registration|prospectus|underwrit*|shareholder*',
      ],
      ['change (of|in) control (shall|will|does) not|not be (deemed|considered)'],
    ],
  },
];
