using Weir.Http.Http2;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>What a verdict says must follow from the facts, and name both causes where there are two.</summary>
public sealed class VerdictTests
{
    private const string Setting = "set its keep-alive timeout above 60 s (Node.js: server.keepAliveTimeout = 65000 and server.headersTimeout = 66000).";

    public static TheoryData<FailureReason> Reasons => [.. FailureTable.Rows.Select(static row => row.Reason)];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Verdict_OfEachReason_IsItsOwnAndInPlainSentences(FailureReason reason)
    {
        string verdict = Explained.VerdictOf(Explained.Record(Explained.Fresh(reason)));
        Assert.Matches(@"^[A-Z0-9][ -~]+\.$", verdict);
        Assert.InRange(verdict.Length, 40, 700);
        Assert.DoesNotContain("  ", verdict, StringComparison.Ordinal);
        foreach (FailureRow other in FailureTable.Rows.Where(row => row.Reason != reason))
        {
            Assert.NotEqual(verdict, Explained.VerdictOf(Explained.Record(Explained.Fresh(other.Reason))));
        }
    }

    [Theory]
    [InlineData(FailureReason.TargetTlsFailed, true, false, "no time was left for one without")]
    [InlineData(FailureReason.TargetTlsFailed, false, true, "this one offered none, so sessions are not the cause.")]
    [InlineData(FailureReason.TargetTlsFailed, false, false, null)]
    [InlineData(FailureReason.TargetTlsTimedOut, true, false, "It was offered an earlier TLS session")]
    [InlineData(FailureReason.TargetTlsTimedOut, false, true, null)]
    [InlineData(FailureReason.TargetTlsTimedOut, false, false, null)]
    public void EndOfAHandshake_NamesTheSession_WhereOneWasOffered(FailureReason reason, bool isOffered, bool isWithout, string? part)
    {
        Failure facts = Failure.WithoutTarget(reason) with { TlsProblem = new TargetTlsProblem { SessionOffered = isOffered, IsWithoutSession = isWithout } };
        AssertSays(Explained.VerdictOf(Explained.Record(facts, isConnected: false)), "session", part);
    }

    // A session is held against none that sent anything, or ended in order.
    [Theory]
    [InlineData(true, true, ConnectionEnd.Fin, true)]
    [InlineData(true, true, ConnectionEnd.Rst, true)]
    [InlineData(true, true, ConnectionEnd.TlsFailed, true)]
    [InlineData(true, true, ConnectionEnd.CloseNotify, false)]
    [InlineData(true, true, ConnectionEnd.Timeout, false)]
    [InlineData(true, false, ConnectionEnd.Fin, false)]
    [InlineData(false, true, ConnectionEnd.Fin, false)]
    [InlineData(false, true, ConnectionEnd.TlsFailed, false)]
    [InlineData(null, true, ConnectionEnd.Fin, false)]
    public void Close_OfANewConnection_NamesTheSession_WhereItWasResumedAndNothingCame(bool? isResumed, bool isMute, ConnectionEnd end, bool isNamed)
    {
        Failure facts = Explained.Fresh(FailureReason.TargetClosed, end) with { TlsResumed = isResumed, NothingReceived = isMute };
        AssertSays(Explained.VerdictOf(Explained.Record(facts)), "session", isNamed ? "had taken up an earlier TLS session" : null);
    }

    [Theory]
    [InlineData(Http2Fault.FirstFrameNotSettings, null, "A target that expects TLS looks like this too")]
    [InlineData(Http2Fault.FirstFrameNotSettings, false, null)]
    [InlineData(Http2Fault.Http1Answer, null, null)]
    [InlineData(Http2Fault.Http1Answer, true, null)]
    [InlineData(Http2Fault.PingFlood, null, null)]
    public void FirstBytes_OnAPlainConnectionThatAreNotHttp2_MayBeATargetThatExpectsTls(Http2Fault fault, bool? isResumed, string? part)
    {
        Failure facts = Explained.Fresh(FailureReason.TargetConnectionFault) with { Fault = fault, TlsResumed = isResumed };
        string verdict = Explained.VerdictOf(Explained.Record(facts));
        AssertSays(verdict, "expects TLS", part);
        AssertSays(verdict, "ALPN", isResumed is null ? null : "it had agreed to HTTP/2 in the TLS handshake (ALPN)");
    }

    [Theory]
    [InlineData(ResponseFault.NotHttp, null, "A target that expects TLS looks like this too")]
    [InlineData(ResponseFault.NotHttp, false, null)]
    [InlineData(ResponseFault.BadStatusLine, null, null)]
    [InlineData(ResponseFault.None, null, null)]
    public void FirstBytes_OnAPlainConnectionThatAreNotHttp1_MayBeATargetThatExpectsTls(ResponseFault fault, bool? isResumed, string? part)
    {
        Failure facts = Explained.Fresh(FailureReason.MalformedResponse) with { ResponseFault = fault, TlsResumed = isResumed };
        AssertSays(Explained.VerdictOf(Explained.Record(facts)), "expects TLS", part);
    }

    [Theory]
    [InlineData(ResponseFault.TooManyFields, "more than 512 fields")]
    [InlineData(ResponseFault.HeadTooLarge, "over 32 K")]
    public void HeaderThatIsTooLarge_IsToldByTheLimitItMet(ResponseFault fault, string part) => Assert.Contains(
        part,
        Explained.VerdictOf(Explained.Record(Explained.Fresh(FailureReason.ResponseHeadersTooLarge) with { ResponseFault = fault })),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(TlsFailureKind.Untrusted, "weir.target_tls.verify")]
    [InlineData(TlsFailureKind.NotTls, "the group's protocol is HTTP.")]
    [InlineData(TlsFailureKind.NoApplicationProtocol, "let it offer h2")]
    [InlineData(TlsFailureKind.CertificateWanted, "mutual TLS")]
    [InlineData(TlsFailureKind.NameUnknown, "-servername")]
    [InlineData(TlsFailureKind.NothingInCommon, "no version, cipher or key exchange in common")]
    [InlineData(TlsFailureKind.NothingInCommon, "a policy with TLS 1.3, else by 1.0 to 1.2")]
    [InlineData(TlsFailureKind.SignatureWrong, "certificate, or what it signed")]
    public void FailedHandshake_WithATarget_IsToldByItsKindAndNothingElse(TlsFailureKind kind, string part)
    {
        ExplainRecord record = Explained.Record(
            Explained.Fresh(FailureReason.TargetTlsFailed) with { TlsProblem = new TargetTlsProblem(kind, "words") });
        string verdict = Explained.VerdictOf(record);
        Assert.StartsWith("The TLS handshake with 10.0.1.1:8080 failed: words. ", verdict, StringComparison.Ordinal);
        Assert.Contains(part, verdict, StringComparison.Ordinal);
        Assert.DoesNotContain("does not speak TLS on that port", verdict, StringComparison.Ordinal);
    }

    // Behind the handshake: who ended TLS, and what to do. In a renegotiation the two have everything in common but a certificate.
    [Theory]
    [InlineData(TlsFailureKind.Untrusted, true, "This balancer ended TLS in a renegotiation, or behind one, ", "weir.target_tls.verify")]
    [InlineData(TlsFailureKind.WithoutData, false, "This balancer ended TLS ", "without end")]
    [InlineData(TlsFailureKind.CertificateWanted, false, "The target broke TLS off ", "mutual TLS")]
    [InlineData(TlsFailureKind.NothingInCommon, true, "The target broke TLS off in a renegotiation, or behind one, ", "mutual TLS")]
    [InlineData(TlsFailureKind.NothingInCommon, false, "The target broke TLS off ", "its log of this time says what it found wrong")]
    public void EndOfTls_BehindTheHandshake_IsToldByWhoEndedItAndWhy(TlsFailureKind kind, bool isRenegotiated, string start, string part)
    {
        Failure facts = Explained.Fresh(FailureReason.TargetClosed, ConnectionEnd.TlsFailed) with
        {
            TlsProblem = new TargetTlsProblem(kind, "words"),
            TlsRenegotiated = isRenegotiated,
        };
        string verdict = Explained.VerdictOf(Explained.Record(facts));
        Assert.StartsWith(start, verdict, StringComparison.Ordinal);
        Assert.Contains(part, verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Race_WithoutAnythingKnown_NamesIdleTimeEndAndTheSettingAndTheOtherCause()
    {
        Assert.Equal(
            "The target closed (FIN) a connection that had been idle for 5.998 s, 0.412 ms after this GET was sent on it; no byte of an answer came. "
            + "Most likely the target keeps idle connections for less time than this balancer's idle timeout of 60 s "
            + $"(else it was restarted or crashed at that moment): {Setting}",
            Explained.VerdictOf(Explained.Record(Explained.Race())));
    }

    [Fact]
    public void Race_OfATargetThatSaysFiveSeconds_IsCertainOfTheSetting()
    {
        string verdict = Explained.VerdictOf(Explained.Record(Explained.Race() with { AdvertisedKeepAliveSeconds = 5 }));
        Assert.EndsWith(
            $"The target says that it keeps idle connections for 5 s. That must be longer than this balancer's idle timeout of 60 s: {Setting}",
            verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Race_InAGroupThatWasSeenToClose_IsCertainOfTheSetting()
    {
        ExplainRecord record = Explained.Record(Explained.Race()) with { Learned = new LearnedCloseTime(-1, 6_003, 5_500) };
        Assert.Contains("were seen to close idle connections after 6.003 s. That must be longer", Explained.VerdictOf(record), StringComparison.Ordinal);
    }

    [Fact]
    public void Race_BehindAnotherIdleTimeout_GivesItsNumbers()
    {
        ExplainRecord record = Explained.Record(Explained.Race()) with { IdleTimeoutMs = 1_800_000 };
        Assert.Contains(
            "above 1800 s (Node.js: server.keepAliveTimeout = 1805000 and server.headersTimeout = 1806000)",
            Explained.VerdictOf(record), StringComparison.Ordinal);
    }

    [Fact]
    public void Race_OfATargetThatKeepsLonger_DoesNotBlameItsKeepAlive()
    {
        string verdict = Explained.VerdictOf(Explained.Record(Explained.Race() with { AdvertisedKeepAliveSeconds = 65 }));
        Assert.Contains("says that it keeps idle connections for 65 s. So its keep-alive timeout does not explain this", verdict, StringComparison.Ordinal);
        Assert.DoesNotContain("set its keep-alive", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Race_OfAPost_SaysThatItMayHaveBeenHandled()
    {
        ExplainRecord record = Explained.Record(Explained.Race()) with { Method = "POST"u8, IsIdempotent = false };
        string verdict = Explained.VerdictOf(record);
        Assert.Contains("after this POST was sent", verdict, StringComparison.Ordinal);
        Assert.EndsWith("look for the trace id in its log before it is repeated.", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Race_OfAPostInProtect_SaysWhyItWasNotSentAgain()
    {
        ExplainRecord record = Explained.Record(Explained.Race()) with { Method = "POST"u8, IsIdempotent = false, HeldBodyBytes = 65_536 };
        Assert.Contains("It was not sent again, since a POST may do twice what is asked once.", Explained.VerdictOf(record), StringComparison.Ordinal);
    }

    [Fact]
    public void Race_OfALongPutInProtect_SaysWhyItWasNotSentAgain()
    {
        ExplainRecord record = Explained.Record(Explained.Race()) with { Method = "PUT"u8, IsIdempotent = true, HeldBodyBytes = 65_536 };
        Assert.Contains("since more of its body had been sent than the 65536 bytes that are held for that", Explained.VerdictOf(record), StringComparison.Ordinal);
    }

    [Fact]
    public void Close_AfterABegunAnswerInProtect_SaysWhyItWasNotSentAgain()
    {
        ExplainRecord record = Explained.Record(Explained.Race() with { ResponseBytes = 40 }) with { IsIdempotent = true, HeldBodyBytes = 65_536 };
        Assert.EndsWith("It was not sent again, since an answer had begun.", Explained.VerdictOf(record), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConnectionEnd.Fin, "closed (FIN) a")]
    [InlineData(ConnectionEnd.FinThenRst, "closed (FIN, then RST) a")]
    [InlineData(ConnectionEnd.Rst, "reset (RST) a")]
    [InlineData(ConnectionEnd.Timeout, "no longer answers on a")]
    public void Race_EndedEachWay_SaysWhich(ConnectionEnd end, string expected) =>
        Assert.StartsWith($"The target {expected} connection", Explained.VerdictOf(Explained.Record(Explained.Race() with { End = end })), StringComparison.Ordinal);

    [Fact]
    public void Close_OfABusyConnection_NamesLimitOrCrashAndNoKeepAliveSetting()
    {
        string verdict = Explained.VerdictOf(Explained.Record(Explained.Race() with { IdleMs = 3, EarlierRequests = 100 }));
        Assert.Contains("idle for 3 ms", verdict, StringComparison.Ordinal);
        Assert.Contains("had carried 100 requests: either the target allows only so many on one connection, or it crashed or was restarted", verdict, StringComparison.Ordinal);
        Assert.DoesNotContain("set its keep-alive", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Close_SecondsAfterTheRequest_IsNoRace()
    {
        string verdict = Explained.VerdictOf(Explained.Record(Explained.Race()) with { SinceDispatchMicros = 30 * Explained.Second });
        Assert.Contains("30 s after this GET was sent", verdict, StringComparison.Ordinal);
        Assert.Contains("too late for a keep-alive timeout", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Close_OfAFreshConnection_IsNoKeepAliveTimeout()
    {
        string verdict = Explained.VerdictOf(Explained.Record(Explained.Fresh(FailureReason.TargetClosed, ConnectionEnd.Rst)));
        Assert.StartsWith("The target accepted a new connection, and reset (RST) it 0.412 ms after this GET was sent on it", verdict, StringComparison.Ordinal);
        Assert.Contains("no keep-alive timeout is the cause", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Close_InTheHeadOfAnAnswer_SaysHowMuchCame()
    {
        string verdict = Explained.VerdictOf(Explained.Record(Explained.Race() with { ResponseBytes = 27 }));
        Assert.Contains("with 27 bytes of an answer whose header was not complete", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_OfAMachineThatTookNotAll_SaysSoAndDoesNotAdviseALongerTimeout()
    {
        Failure facts = Explained.Fresh(FailureReason.TargetSilent) with { BytesAcknowledged = 0 };
        string verdict = Explained.VerdictOf(Explained.Record(facts));
        Assert.Contains("acknowledged only 0 of the request's 123 bytes", verdict, StringComparison.Ordinal);
        Assert.DoesNotContain("raise", verdict, StringComparison.Ordinal);
        Assert.Contains(
            "raise idle_timeout.timeout_seconds", Explained.VerdictOf(Explained.Record(Explained.Fresh(FailureReason.TargetSilent))), StringComparison.Ordinal);
    }

    [Fact]
    public void ClientClosed_SaysHowLongItHadWaited()
    {
        ExplainRecord record = Explained.Record(Explained.Fresh(FailureReason.ClientClosed)) with { SinceDispatchMicros = 30_000_400 };
        Assert.StartsWith(
            "The client closed 30 s after this GET was sent to the target, which had not answered yet.", Explained.VerdictOf(record), StringComparison.Ordinal);
        Assert.StartsWith(
            "The client closed before this GET could be sent",
            Explained.VerdictOf(record with { SinceDispatchMicros = -1 }), StringComparison.Ordinal);
    }

    [Fact]
    public void NoTargets_WithoutAGroup_IsAMatterOfWeights()
    {
        ExplainRecord record = Explained.Record(Failure.WithoutTarget(FailureReason.NoTargets), isConnected: false);
        Assert.Contains("no registered targets", Explained.VerdictOf(record), StringComparison.Ordinal);
        Assert.Contains("weight above 0", Explained.VerdictOf(record with { TargetGroupArn = default }), StringComparison.Ordinal);
    }

    [Fact]
    public void Method_ThatIsNoWord_IsCalledRequest()
    {
        foreach (byte[] method in (byte[][])["G\"T"u8.ToArray(), [0xFF, 0xFE], new byte[100], []])
        {
            ExplainRecord record = Explained.Record(Explained.Race()) with { Method = method };
            Assert.Contains("after this request was sent", Explained.VerdictOf(record), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Retried_SaysThatItWasSavedAndWhatItWouldHaveBeen()
    {
        ExplainRecord record = Explained.Record(Explained.Race(), kind: ExplainKind.Retried) with { StatusCode = 200 };
        string verdict = Explained.VerdictOf(record);
        Assert.Contains("It was sent once more, on a new connection, and answered 200; behind ALB this would have been a 502.", verdict, StringComparison.Ordinal);
        Assert.EndsWith(Setting, verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Retried_AfterALongWait_DoesNotBlameTheKeepAlive()
    {
        ExplainRecord record = Explained.Record(Explained.Race(), kind: ExplainKind.Retried) with { StatusCode = 200, SinceDispatchMicros = 30_000_000 };
        string verdict = Explained.VerdictOf(record);
        Assert.Contains("behind ALB this would have been a 502. That is too late for a keep-alive timeout", verdict, StringComparison.Ordinal);
        Assert.DoesNotContain("set its keep-alive", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void NearMiss_SaysWhatWasSpared()
    {
        ExplainRecord record = Explained.Record(
            Explained.Race(FailureReason.None) with { AdvertisedKeepAliveSeconds = 5 }, kind: ExplainKind.NearMiss) with
        {
            ClosedAfterMicros = 2_100,
        };
        string verdict = Explained.VerdictOf(record);
        Assert.StartsWith(
            "A connection that had been idle for 5.998 s was not used for a request because of its age, and the target closed (FIN) it 2.1 ms later. "
            + "No request was harmed; behind ALB, which would have used it, this would have been a 502.",
            verdict, StringComparison.Ordinal);
        Assert.EndsWith(Setting, verdict, StringComparison.Ordinal);
    }

    // What a target of HTTP/2 refuses may be sent again, and its idle time has another setting.
    [Fact]
    public void NearMiss_OverHttp2_ClaimsNoMoreThanIsCertain()
    {
        ExplainRecord record = Explained.Record(
            Explained.Race(FailureReason.None) with { End = ConnectionEnd.None }, kind: ExplainKind.NearMiss) with
        {
            ClosedAfterMicros = 2_100,
            IsTargetHttp2 = true,
            Learned = new LearnedCloseTime(-1, 5_990, 4_990),
        };
        string verdict = Explained.VerdictOf(record);
        Assert.EndsWith(
            "No request was harmed; a balancer that uses it, and does not send again what the target then refuses, would have answered 502. "
            + "The targets of this group were seen to close idle connections after 5.990 s. That must be longer than this balancer's idle timeout of 60 s: "
            + "set its idle timeout for HTTP/2 above 60 s (Node.js: server.setTimeout(65000) of the Http2Server).",
            verdict.Replace("5.99 s", "5.990 s", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("ALB", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Failure_AfterARetry_SaysThatItWasTheSecondAttempt()
    {
        Attempt[] attempts = [Explained.Tried(Explained.Race(), 412), Explained.Tried(Explained.Fresh(FailureReason.TargetSilent), 60_000_000)];
        ExplainRecord record = Explained.Record(Explained.Fresh(FailureReason.TargetSilent)) with { Attempts = attempts };
        Assert.Contains("It was the second attempt", Explained.VerdictOf(record), StringComparison.Ordinal);
        Attempt[] replaced = [Explained.Tried(Explained.Race() with { BytesWritten = 0 }, -1), attempts[1]];
        Assert.DoesNotContain("second attempt", Explained.VerdictOf(record with { Attempts = replaced }), StringComparison.Ordinal);
    }

    [Fact]
    public void Race_WithoutASecondConnection_PointsToATargetThatWentDown()
    {
        Attempt[] attempts = [Explained.Tried(Explained.Race(), 412), Explained.Unconnected(FailureReason.ConnectRefused)];
        string verdict = Explained.VerdictOf(Explained.Record(Explained.Race()) with { Attempts = attempts });
        Assert.Contains("no new connection to 10.0.1.1:8080 could be made (connect_refused): that points to a target that went down", verdict, StringComparison.Ordinal);
        Assert.DoesNotContain("set its keep-alive", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_BeforeItWasSent_IsNotCalledRefused()
    {
        Failure facts = Explained.Race() with { Reason = FailureReason.TargetConnectionLost, BytesWritten = 0 };
        Attempt[] attempts = [Explained.Tried(facts, -1), Explained.Tried(facts, -1)];
        string verdict = Explained.VerdictOf(Explained.Record(facts) with { Attempts = attempts });
        Assert.Contains("ended, or was given up, before anything of it was sent: no target has seen it there", verdict, StringComparison.Ordinal);
        Assert.Contains("It was sent again, to 10.0.1.1:8080: target_connection_lost.", verdict, StringComparison.Ordinal);
        Assert.DoesNotContain("refuse", verdict, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(7, "0.007 ms")]
    [InlineData(90, "0.09 ms")]
    [InlineData(1_100, "1.1 ms")]
    [InlineData(43_999, "43 ms")]
    [InlineData(999_999, "999 ms")]
    [InlineData(1_000_000, "1 s")]
    [InlineData(5_050_000, "5.05 s")]
    [InlineData(60_001_900, "60.001 s")]
    public void Duration_OfEachSize_ReadsEasily(long micros, string expected)
    {
        var text = new VerdictText();
        text.Say($"{new Duration(micros)}");
        Assert.Equal(expected, System.Text.Encoding.ASCII.GetString(text.Written));
    }

    [Fact]
    public void Text_ThatDoesNotFit_IsCutAndDoesNotFail()
    {
        var text = new VerdictText();
        string sentence = new('x', 700);
        for (int i = 0; i < 5; i++)
        {
            text.Say($"{sentence} {long.MaxValue} {sentence}");
        }

        Assert.Equal(ExplainLimits.VerdictBytes, text.Written.Length);
    }

    private static void AssertSays(string verdict, string word, string? part)
    {
        if (part is null)
        {
            Assert.DoesNotContain(word, verdict, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains(part, verdict, StringComparison.Ordinal);
        }
    }
}
