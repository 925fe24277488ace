using Weir.Diagnosis.Tests.Probing;
using Weir.Http.Http2;

namespace Weir.Diagnosis.Tests;

/// <summary>Targets of HTTP/2 that answer every request, and end each connection when nothing has come for a time.</summary>
internal static class ClosingHttp2Target
{
    /// <param name="idle">How long it waits for more.</param>
    /// <param name="saysGoAway">Whether it names the last stream that it has looked at before it closes.</param>
    /// <param name="code">What it says then.</param>
    public static ScriptedTarget After(TimeSpan idle, bool saysGoAway, Http2ErrorCode code = Http2ErrorCode.NoError) => ScriptedTarget.Of(async connection =>
    {
        var target = new Http2Target(connection);
        await target.Greet();
        int last = 0;
        while (await target.ReadRequest(idle) is { StreamId: var streamId })
        {
            await target.Answer(streamId);
            last = streamId;
        }

        if (saysGoAway)
        {
            await target.SayGoAway(last, code);
        }
    });
}
