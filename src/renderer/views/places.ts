/** Stands in the address for the form of a ticket that is not there yet; ids of tickets look different. */
export const NEW_TICKET = 'new';
