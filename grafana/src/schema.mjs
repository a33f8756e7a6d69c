// The tags that name an asset in the stores, from the whole to the part.

export const PLACE = ['site', 'area', 'line', 'machine'];

/** The tags of an asset of a level: its own and those above. */
export const tagsOf = (level) => PLACE.slice(0, PLACE.indexOf(level) + 1);
