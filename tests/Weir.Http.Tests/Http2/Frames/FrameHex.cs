using Weir.Http.Http2.Frames;

namespace Weir.Http.Tests.Http2.Frames;

/// <summary>Frames as hexadecimal digits, right or wrong as a test wants them.</summary>
internal static class FrameHex
{
    /// <summary>What a client begins with.</summary>
    public static string Start => Convert.ToHexStringLower(FrameReader.ClientPreface) + Of(FrameType.Settings);

    public static string Of(FrameType type, int flags = 0, int streamId = 0, string payload = "") =>
        $"{payload.Length / 2:x6}{(int)type:x2}{flags:x2}{streamId:x8}{payload}";

    /// <summary>GET / of https://a, whole.</summary>
    public static string Get(int streamId, int flags = 5) => Of(FrameType.Headers, flags, streamId, "82" + "87" + "84" + "410161");

    public static string Zeros(int bytes) => new('0', bytes * 2);
}
