using System.Text;
using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;
using Weir.Diagnosis.Sources;
using Weir.Diagnosis.TargetLogs;

namespace Weir.Diagnosing;

/// <summary>
/// Has the balancer's errors looked up in its targets' logs: collects them while the balancer's log is read, then runs the
/// join, then answers. Owned by one run.
/// </summary>
internal sealed class TargetLogLookup
{
    // Enough of a line to see how it differs from a pattern.
    private const int MaxLine = 240;

    private readonly TargetLogJoin _join;
    private readonly TargetLogFile[] _files;
    private readonly string? _pattern;
    private readonly List<(long CompletedMicroseconds, string? TraceId)> _errors = [];
    private readonly Dictionary<(long CompletedMicroseconds, string? TraceId), JoinAnswer> _answers = [];

    public TargetLogLookup(IReadOnlyList<LogObject> files, DiagnosisSettings settings)
    {
        _join = new TargetLogJoin(new TargetLogOptions
        {
            Pattern = settings.TargetLogFormat,
            Zone = settings.TargetLogZone ?? TimeZoneInfo.Utc,
        });
        _pattern = settings.TargetLogFormat;
        _files = [.. files.Select(static file => new TargetLogFile(NameOf(file), () => Open(file)))];
    }

    /// <summary>What a reader should know of these logs; empty before <see cref="Run"/>.</summary>
    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>Files that the pattern given does not fit at all, a sentence each; empty before <see cref="Run"/>.</summary>
    public IReadOnlyList<string> Unfit { get; private set; } = [];

    /// <summary>What the logs have for an error, by its line's time and trace id (of which one alone may come twice), or null.</summary>
    public JoinAnswer? AnswerFor(long completedMicroseconds, string? traceId) => _answers.GetValueOrDefault((completedMicroseconds, traceId));

    /// <summary>A consumer that sees what another sees, and passes it on.</summary>
    public ILoggedRequestConsumer Before(ILoggedRequestConsumer next) => new Tee(this, next);

    public void Run()
    {
        TargetLogJoinReport report = _join.Run(_files);
        for (int index = 0; index < _errors.Count; index++)
        {
            _answers.TryAdd(_errors[index], report.Answers[index]);
        }

        Notes = report.Notes;
        Unfit = [.. report.Files.Where(static file => file.UnfitLine is not null).Select(file =>
            $"{file.File}: the pattern {_pattern} of --target-log-format fits none of {Plural.Of(file.Lines, "line")}; the first is {Shortened(file.UnfitLine!)}")];
    }

    private void Collect(in LoggedRequest request, RequestDetail detail)
    {
        if (!request.IsBalancerError)
        {
            _join.AddGood(new JoinRequest(in request, detail));
        }
        else if (_join.AddError(new JoinRequest(in request, detail)))
        {
            _errors.Add((request.CompletedMicroseconds, detail.TraceId));
        }
    }

    private static string Shortened(string line) => line.Length <= MaxLine ? line : line[..MaxLine] + "…";

    // The folders it lies in are of no interest to a reader of the report.
    private static string NameOf(LogObject file) => file.Name[(file.Name.LastIndexOfAny(['/', '\\']) + 1)..];

    private static StreamReader Open(LogObject file) => new(file.OpenAsync().AsTask().GetAwaiter().GetResult(), Encoding.UTF8);

    private sealed class Tee(TargetLogLookup lookup, ILoggedRequestConsumer next) : ILoggedRequestConsumer
    {
        public void Accept(in LoggedRequest request, RequestDetail? detail)
        {
            next.Accept(in request, detail);
            if (detail is not null)
            {
                lookup.Collect(in request, detail);
            }
        }

        public void AcceptHealthCheck(in LoggedHealthCheck check) => next.AcceptHealthCheck(in check);

        public void AcceptConnection(in LoggedConnection connection) => next.AcceptConnection(in connection);
    }
}
