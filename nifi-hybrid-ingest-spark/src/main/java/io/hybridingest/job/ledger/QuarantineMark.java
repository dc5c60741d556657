package io.hybridingest.job.ledger;

/**
 * How far a lane had followed the quarantine table when it committed to the table: what was set back since can thereby be told, although the
 * quarantine table itself forgets it.
 *
 * @param tableId the id that Delta gave the quarantine table when it was made
 * @param version newest version of it that was known
 */
public record QuarantineMark(String tableId, long version) {}
