using System.Globalization;

namespace Weir.Diagnosis;

/// <summary>
/// Says what is wrong with an answer. Good is only what the target answered when it was measured: whole, in time, and with
/// a line in the access log that says the same. Pure.
/// </summary>
/// <param name="measured">The good status codes of each method.</param>
internal sealed class AnswerJudge(IReadOnlyDictionary<string, int[]> measured)
{
    /// <summary>What takes longer is no answer.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    /// <summary>The fault in a few words, the same for all of its kind; null if the answer is good.</summary>
    public string? FaultOf(RaceRequest request) => (request.Answer, request.Log) switch
    {
        ({ IsLate: true }, _) => string.Create(
            CultureInfo.InvariantCulture, $"no answer within {AnswerLimit.TotalSeconds:0} s"),
        ({ StatusCode: 0 }, _) => "connection closed without a whole answer",
        (_, null) => "no line in the access log",
        ({ StatusCode: var status }, { ElbStatus: var logged }) when logged != Text(status) => $"{Text(status)} that was logged as {logged}",
        (_, { IsBalancers502: true }) => $"502 by the balancer: {request.BadGateway!.What}",
        (_, { TargetStatus: var target, ElbStatus: var status }) when target != status => $"{status} by the balancer",
        ({ StatusCode: var status }, _) when !measured[request.Method].Contains(status) => $"{Text(status)} by the target",
        _ => null,
    };

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
