const names =
  'Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|District of Columbia|Puerto Rico|' +
  'Ontario|Quebec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|New Brunswick|Newfoundland and Labrador|Prince Edward Island|New South Wales|Victoria|Queensland|Western Australia|South Australia|Tasmania|' +
  "England and Wales|England|Scotland|Northern Ireland|Wales|United Kingdom|United States of America|United States|Ireland|Germany|France|Switzerland|Austria|Netherlands|Belgium|Luxembourg|Italy|Spain|Portugal|Sweden|Norway|Denmark|Finland|Iceland|Poland|Czech Republic|Slovakia|Slovenia|Hungary|Romania|Bulgaria|Greece|Cyprus|Malta|Estonia|Latvia|Lithuania|Croatia|Serbia|Ukraine|Russian Federation|Russia|Turkey|Israel|Egypt|South Africa|Nigeria|Kenya|Ghana|Morocco|United Arab Emirates|Dubai|Abu Dhabi|Saudi Arabia|Qatar|Bahrain|Kuwait|Jordan|India|Pakistan|Bangladesh|Sri Lanka|Singapore|Malaysia|Indonesia|Thailand|Vietnam|Philippines|Hong Kong|Macau|Taiwan|People's Republic of China|PRC|P\\.R\\. China|China|Japan|South Korea|Republic of Korea|Korea|Australia|New Zealand|Canada|Mexico|Brazil|Argentina|Chile|Colombia|Peru|Panama|Costa Rica|Bermuda|Cayman Islands|British Virgin Islands|Bahamas|Barbados|Jersey|Guernsey|Isle of Man|Gibraltar|Liechtenstein|Monaco|Mauritius";

/** Longest first, so that `West Virginia` is not read as `Virginia`. */
const alternatives = names
  .split('|')
  .sort((a, b) => b.length - a.length)
  .join('|');

const adjectives = new Map([
  ['english', 'England'],
  ['scottish', 'Scotland'],
  ['irish', 'Ireland'],
  ['german', 'Germany'],
  ['french', 'France'],
  ['swiss', 'Switzerland'],
  ['austrian', 'Austria'],
  ['dutch', 'Netherlands'],
  ['belgian', 'Belgium'],
  ['italian', 'Italy'],
  ['spanish', 'Spain'],
  ['swedish', 'Sweden'],
  ['norwegian', 'Norway'],
  ['danish', 'Denmark'],
  ['finnish', 'Finland'],
  ['israeli', 'Israel'],
  ['indian', 'India'],
  ['chinese', 'China'],
  ['japanese', 'Japan'],
  ['canadian', 'Canada'],
  ['australian', 'Australia'],
]);

const beforeLaw = new RegExp(
  `\\b(${alternatives}|${[...adjectives.keys()].join('|')})\\s(?:state\\s)?(?:substantive\\s|internal\\s)?laws?\\b`,
  'i',
);
const anywhere = new RegExp(`\\b(${alternatives})\\b`, 'gi');
const canonical = new Map(
  names
    .split('|')
    .map((name): [string, string] => [name.replaceAll('\\', '').toLowerCase(), name.replaceAll('\\', '')]),
);
const synonyms = new Map([
  ['PRC', "People's Republic of China"],
  ['P.R. China', "People's Republic of China"],
  ['United States of America', 'United States'],
]);

/** How far after the word `law` the name of its place is looked for. */
const reach = 110;

/** The state or country whose law a clause names, spelled as usual; undefined when it names none that is known. */
export function jurisdictionOfLaw(clause: string): string | undefined {
  const before = beforeLaw.exec(clause)?.[1];
  if (before) return spell(before);
  for (const { index } of clause.matchAll(/\blaws?\b/gi)) {
    const [sentence = ''] = clause.slice(index, index + reach).split('. ');
    const places = [...sentence.matchAll(anywhere)].map(([name]) => spell(name));
    const [first] = places;
    // Federal law is named beside the law of a state, which says more.
    if (first) return places.find((place) => place !== 'United States') ?? first;
  }
  return undefined;
}

/** The first state or country in a short text such as a cover page's `Delaware`. */
export function firstJurisdiction(text: string): string | undefined {
  const [first] = text.matchAll(anywhere);
  return first && spell(first[0]);
}

function spell(name: string): string | undefined {
  const usual = adjectives.get(name.toLowerCase()) ?? canonical.get(name.toLowerCase());
  return usual && (synonyms.get(usual) ?? usual);
}
