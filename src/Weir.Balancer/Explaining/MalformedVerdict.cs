using Weir.Http.Http2;

namespace Weir.Balancer;

/// <summary>The verdicts of answers that are against the rules of HTTP: what is wrong with them, and where to look.</summary>
internal static class MalformedVerdict
{
    /// <summary>The client got a page instead.</summary>
    public static void Write(in ExplainRecord record, VerdictText text)
    {
        Failure facts = record.Facts;
        text.Say($"What the target sent ({facts.ResponseBytes} bytes) is no valid HTTP answer to this {Verdict.NameOf(record)}.");
        WriteFault(facts, text);
        text.Say($"Ask the target itself for the same, with curl -v, and look at its headers.");
        // What TLS says to bytes that are none of its own is an alert. Source: RFC 8446 §6
        if (facts is { ResponseFault: ResponseFault.NotHttp, TlsResumed: null })
        {
            text.Say($"A target that expects TLS looks like this too (then the group's protocol is HTTPS), and one that speaks HTTP/2 alone (then its protocol version is HTTP2).");
        }
    }

    /// <summary>The client had got its begin.</summary>
    public static void WriteInResponse(in ExplainRecord record, VerdictText text)
    {
        text.Say($"The framing of the target's answer is broken after {record.Facts.ResponseBytes} bytes; the client got the answer cut short.");
        WriteFault(record.Facts, text);
        text.Say($"Ask the target itself for the same, with curl -v --raw.");
    }

    private static void WriteFault(in Failure facts, VerdictText text)
    {
        if (ResponseFaults.WordsOf(facts.ResponseFault) is { } words)
        {
            text.Say($"What is wrong with it: {words}.");
        }
        else if (facts.Fault != Http2Fault.None)
        {
            text.Say($"It broke the rules of HTTP/2 on the stream of this request alone ({Http2FaultNames.Of(facts.Fault)}, {Verdict.NameOf(Http2Faults.Code(facts.Fault))}).");
        }
    }
}
