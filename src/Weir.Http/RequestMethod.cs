namespace Weir.Http;

/// <summary>The methods that some code asks for; all others are <see cref="Other"/> and pass as they are.</summary>
public enum RequestMethod : byte
{
    Other,
    Get,
    Head,
    Post,
    Put,
    Delete,
    Options,
    Patch,
    Trace,
    Connect,
}
