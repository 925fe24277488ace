using Weir.Http.Http2;

namespace Weir.Balancer;

/// <summary>
/// The verdicts of requests on an HTTP/2 connection that the target ended with an error (GOAWAY): it had named them among those that
/// it might still answer, and then closed, or did not even do that.
/// </summary>
internal static class GoAwayVerdict
{
    /// <summary>It closed before it had answered.</summary>
    public static void WriteClosed(in ExplainRecord record, VerdictText text)
    {
        Failure facts = record.Facts;
        text.Say($"The target ended its HTTP/2 connection with an error (GOAWAY {Verdict.NameOf(facts.GoAwayCode)}), and {Verdict.Closed(facts.End)} it {ClosedVerdict.Later(record)} after this {Verdict.NameOf(record)} was sent on it, with {facts.ResponseBytes} bytes of an answer.");
        WriteReason(record, text);
    }

    /// <summary>It closed in the middle of its answer.</summary>
    public static void WriteClosedInResponse(in ExplainRecord record, VerdictText text)
    {
        Failure facts = record.Facts;
        text.Say($"The target ended its HTTP/2 connection with an error (GOAWAY {Verdict.NameOf(facts.GoAwayCode)}), and {Verdict.Closed(facts.End)} it in the middle of its answer, after {facts.ResponseBytes} bytes; the client got the answer cut short.");
        WriteReason(record, text);
    }

    /// <summary>It did not close either.</summary>
    public static void WriteGivenUp(in ExplainRecord record, VerdictText text)
    {
        Failure facts = record.Facts;
        text.Say($"The target ended its HTTP/2 connection with an error (GOAWAY {Verdict.NameOf(facts.GoAwayCode)}), and within {Duration.OfMs(Http2Target.GoAwayGraceMs)} it neither closed it, as HTTP/2 demands behind that, nor came to the end of its answer to this {Verdict.NameOf(record)} ({facts.ResponseBytes} bytes had come).");
        if (facts.Reason == FailureReason.TargetGoAwayInResponse)
        {
            text.Say($"The client got the answer cut short.");
        }
        else
        {
            ClosedVerdict.WriteIfUnknown(record, text);
        }

        WriteReason(record, text);
    }

    private static void WriteReason(in ExplainRecord record, VerdictText text)
    {
        if (record.Facts.GoAwayCode == Http2ErrorCode.EnhanceYourCalm)
        {
            text.Say($"Servers say so where they are asked too much: by a limit of requests, resets or PINGs on one connection. No keep-alive timeout is the cause; the target's log of this time says which limit.");
        }
        else
        {
            text.Say($"No keep-alive timeout is the cause: the target's server, or a proxy before it, failed, or took something on this connection for a fault. Its log of this time says which.");
        }
    }
}
