namespace Weir.Diagnosis.Sources;

/// <summary>
/// Something that was to be read cannot be had. The message is one sentence that names it, made to be shown to the user as
/// it stands; the inner exception is for whoever looks for a bug.
/// </summary>
public sealed class SourceException : IOException
{
    public SourceException()
    {
    }

    public SourceException(string message)
        : base(message)
    {
    }

    public SourceException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
