/** Into how many folds contracts are dealt, for training and evaluation alike. */
export const foldCount = 5;
