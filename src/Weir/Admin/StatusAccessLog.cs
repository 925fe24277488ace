namespace Weir.Admin;

/// <summary>The access log, or one of the others, in `/status`.</summary>
/// <param name="Destination">A path, `-`, or `off`.</param>
/// <param name="WrittenLines">Handed to the operating system.</param>
/// <param name="LostLines">Refused by the destination.</param>
/// <param name="DroppedLines">Dropped because the destination was behind.</param>
internal sealed record StatusAccessLog(string Destination, long WrittenLines, long LostLines, long DroppedLines);
