namespace Weir.Diagnosis.Tests;

public sealed class AnswerJudgeTests
{
    private static readonly AnswerJudge _judge = new(new Dictionary<string, int[]> { ["GET"] = [200, 304], ["POST"] = [201] });

    private static RaceRequest Request(string method, LaboratoryAnswer answer, string? codes) => new(
        method, PlannedAge: null, answer, codes is null ? null : Line(codes), Passage: null, Passes: 1, TargetLine: null, Explained: null, Ended: null);

    private static AccessLogEntry Line(string codes) => AccessLogEntry.Parse(
        "http 2026-11-24T00:08:08.350663Z app/reproduce/d2b34e1e9a2a7c15 127.0.0.1:54410 127.0.0.1:43199 0.000 0.005 0.000 " + codes
        + " 98 277 \"GET http://127.0.0.1:40001/?n=66 HTTP/1.1\" \"agent\" - - arn \"Root=1-6b04b84e-dbd5e0755bc76e75a3b95571\"")!;

    private static LaboratoryAnswer Answer(int status) => new(status, null, true, 0);

    [Theory]
    [InlineData("GET", 200, "200 200", null)]
    [InlineData("GET", 304, "304 304", null)]
    [InlineData("POST", 201, "201 201", null)]
    [InlineData("POST", 200, "200 200", "200 by the target")]
    [InlineData("GET", 404, "404 404", "404 by the target")]
    [InlineData("GET", 500, "500 500", "500 by the target")]
    [InlineData("GET", 502, "502 502", "502 by the target")]
    [InlineData("GET", 500, "500 -", "500 by the balancer")]
    [InlineData("GET", 502, "502 -", "502 by the balancer: nothing is known of it")]
    [InlineData("GET", 502, "502 200", "502 by the balancer")]
    [InlineData("GET", 503, "503 -", "503 by the balancer")]
    [InlineData("GET", 504, "504 -", "504 by the balancer")]
    [InlineData("GET", 200, "502 -", "200 that was logged as 502")]
    [InlineData("GET", 200, null, "no line in the access log")]
    [InlineData("GET", 0, "460 -", "connection closed without a whole answer")]
    [InlineData("GET", 0, null, "connection closed without a whole answer")]
    public void Fault_IsWhateverTheTargetDidNotAnswerWhenItWasMeasured(string method, int status, string? codes, string? expected) =>
        Assert.Equal(expected, _judge.FaultOf(Request(method, Answer(status), codes)));

    [Theory]
    [InlineData(null)]
    [InlineData("460 -")]
    public void Fault_OfAnAnswerThatDoesNotComeInTime_SaysHowLongWasWaited(string? codes) =>
        Assert.Equal("no answer within 15 s", _judge.FaultOf(Request("GET", LaboratoryAnswer.Late(0), codes)));

    [Theory]
    [InlineData("502 -", true)]
    [InlineData("502 200", true)]
    [InlineData("500 500", false)]
    [InlineData("460 -", false)]
    public void Balancers5xx_IsNotTheTargets(string codes, bool expected) => Assert.Equal(expected, Line(codes).IsBalancers5xx);
}
