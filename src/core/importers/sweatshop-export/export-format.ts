/** What an export calls itself, so that it can be told from any other JSON. */
export const EXPORT_FORMAT = 'sweatshop-export';

/** Goes up when an older SweatShop could not read the document any more. */
export const EXPORT_VERSION = 1;
