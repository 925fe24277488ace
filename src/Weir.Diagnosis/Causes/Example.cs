using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Causes;

/// <summary>One error with its whole line.</summary>
internal sealed record Example(LoggedRequest Request, RequestDetail Detail, int GapTicks);
