namespace Weir.Admin;

/// <summary>How often one kind of failure happened, in `/status`.</summary>
internal sealed record StatusFailure(string Reason, string Side, long Count, string Meaning);
