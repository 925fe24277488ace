namespace Weir.Output;

/// <summary>How much a message asks of its reader.</summary>
internal enum MessageLevel
{
    Information,
    Warning,
    Error,
}
