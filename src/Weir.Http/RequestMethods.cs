namespace Weir.Http;

/// <summary>
/// From a method on the wire to <see cref="RequestMethod"/>. Methods are case-sensitive (RFC 9110 §9.1).
/// </summary>
public static class RequestMethods
{
    public static RequestMethod Lookup(ReadOnlySpan<byte> method) => method.Length switch
    {
        3 when method.SequenceEqual("GET"u8) => RequestMethod.Get,
        3 when method.SequenceEqual("PUT"u8) => RequestMethod.Put,
        4 when method.SequenceEqual("POST"u8) => RequestMethod.Post,
        4 when method.SequenceEqual("HEAD"u8) => RequestMethod.Head,
        5 when method.SequenceEqual("PATCH"u8) => RequestMethod.Patch,
        5 when method.SequenceEqual("TRACE"u8) => RequestMethod.Trace,
        6 when method.SequenceEqual("DELETE"u8) => RequestMethod.Delete,
        7 when method.SequenceEqual("OPTIONS"u8) => RequestMethod.Options,
        7 when method.SequenceEqual("CONNECT"u8) => RequestMethod.Connect,
        _ => RequestMethod.Other,
    };

    /// <summary>True if sending it twice means the same as once. Source: RFC 9110 §9.2.2.</summary>
    public static bool IsIdempotent(RequestMethod method) => method is RequestMethod.Get or RequestMethod.Head
        or RequestMethod.Put or RequestMethod.Delete or RequestMethod.Options or RequestMethod.Trace;
}
