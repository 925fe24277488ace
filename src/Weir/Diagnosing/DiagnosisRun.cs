using System.Text;
using Weir.Diagnosing.Page;
using Weir.Diagnosis;
using Weir.Diagnosis.Aws;
using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;
using Weir.Diagnosis.Sources;
using Weir.Output;

namespace Weir.Diagnosing;

/// <summary>One run of `diagnose`: finds the logs, has them read and diagnosed, and writes what was asked for.</summary>
internal sealed class DiagnosisRun(DiagnosisSettings settings, MessageWriter messages)
{
    // Sentences of ours with a path in them, which may be long.
    private const int MaxMessage = 2_000;

    private readonly AwsOptions _aws = new()
    {
        Profile = settings.Profile,
        Region = settings.Region,
        EndpointUrl = settings.EndpointUrl?.OriginalString,
    };

    public async Task<ExitCode> Run(CancellationToken cancel)
    {
        try
        {
            LoadBalancerFacts? facts = settings.LoadBalancer is { } balancer
                ? await LoadBalancerDescriber.DescribeAsync(balancer, _aws, cancellation: cancel)
                : null;
            if (PathsOf(facts) is not { } paths)
            {
                return Fail($"{settings.LoadBalancer} writes no access logs: turn on access_logs.s3.enabled, or name the logs (PATH)");
            }

            using LogSourceSet logs = await Open(paths, cancel);
            using LogSourceSet targetLogs = await Open(settings.TargetLogs, cancel);
            return AreThere(logs) && AreThere(targetLogs) ? Diagnose(logs, targetLogs, facts, cancel) : ExitCode.Failed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail(exception.Message);
        }
    }

    private IReadOnlyList<string>? PathsOf(LoadBalancerFacts? facts) =>
        settings.Paths.Count > 0 ? settings.Paths : facts?.AccessLogUri is { } uri ? [uri] : null;

    private Task<LogSourceSet> Open(IReadOnlyList<string> paths, CancellationToken cancel) => LogSourceSet.OpenAsync(
        paths, new LogSourceOptions { From = settings.From, To = settings.To, Aws = _aws }, cancel);

    private bool AreThere(LogSourceSet set)
    {
        foreach (LogSourceProblem problem in set.Problems)
        {
            Fail(problem.Sentence);
        }

        if (set is { Problems: [], Objects: [], OutsidePeriod: > 0 })
        {
            Fail(NothingOfPeriod(LogPeriod.None, set.Outside));
            return false;
        }

        return set.Problems.Count == 0;
    }

    private ExitCode Diagnose(LogSourceSet logs, LogSourceSet targetLogs, LoadBalancerFacts? facts, CancellationToken cancel)
    {
        LogObject[] ofBalancer = [.. logs.Objects.Where(log => facts is null || log.LoadBalancer is null || log.LoadBalancer == facts.Id)];
        if (ofBalancer.Length == 0 && logs.Objects.Count > 0)
        {
            return Fail($"{Plural.Of(logs.Objects.Count, "file")} found, and none of {facts!.Id}");
        }

        using EachLineWriter? each = settings.EachFile is { } file ? new EachLineWriter(File.Create(file)) : null;
        TargetLogLookup? lookup = targetLogs.Objects.Count > 0 ? new TargetLogLookup(targetLogs.Objects, settings) : null;
        using var diagnosis = new Diagnosis.Diagnosis(new DiagnosisOptions
        {
            IdleTimeout = IdleTimeoutOf(facts),
            Server = settings.Server?.Name,
            TargetLog = lookup is null ? null : lookup.AnswerFor,
        });
        var reading = new LogReading(
            ofBalancer.Select(static log => new SourceText(log)),
            new LogReadingOptions { From = settings.From, To = settings.To, SampleGoodRequests = lookup is not null });
        LogCounts counts = Read(reading, lookup is null ? diagnosis : lookup.Before(diagnosis), cancel);
        counts = counts with { DamagedFiles = [.. logs.Unreadable, .. counts.DamagedFiles] };
        lookup?.Run();
        foreach (string sentence in targetLogs.Unreadable.Concat(lookup?.Unfit ?? []))
        {
            messages.Warn("target-log", InertText.Of(sentence, MaxMessage));
        }

        DiagnosisReport report = diagnosis.Complete(reading.Names, counts, each);
        report = report with { Notes = [.. report.Notes, .. LeftOut(logs.OutsidePeriod), .. Copies(logs.Copies), .. Copies(targetLogs.Copies), .. lookup?.Notes ?? []] };
        Write(report);
        return CodeOf(report, logs);
    }

    private static IEnumerable<string> LeftOut(long files) =>
        files == 0 ? [] : [$"{Plural.Of(files, "file")} left out: by their names they hold nothing from --from to --to."];

    private static IEnumerable<string> Copies(IReadOnlyList<string> files) =>
        files.Count == 0 ? [] :
        [
            $"{Plural.Of(files.Count, "file")} left out ({Path.GetFileName(files[0])}{(files.Count == 1 ? "" : ", …")}): "
            + "of the same name but for its compression another was read, and each log counts once.",
        ];

    private IdleTimeout IdleTimeoutOf(LoadBalancerFacts? facts) => (facts, settings.IdleTimeoutSeconds) switch
    {
        ({ } known, _) => new IdleTimeout(known.IdleTimeout.TotalSeconds, IdleTimeout.OfLoadBalancer),
        (null, { } seconds) => new IdleTimeout(seconds, IdleTimeout.OfFlag),
        _ => DiagnosisOptions.DefaultIdleTimeout,
    };

    private LogCounts Read(LogReading reading, ILoggedRequestConsumer consumer, CancellationToken cancel)
    {
        using ProgressLine progress = ReadingProgress.Of(reading, messages);
        return reading.Run(consumer, cancel);
    }

    private void Write(DiagnosisReport report)
    {
        DiagnosisReport shown = settings.IsRedacted ? ReportRedaction.Apply(report) : report;
        if (messages.Format == OutputFormat.Json)
        {
            using Stream output = Console.OpenStandardOutput();
            JsonReport.Write(shown, output);
            output.Write("\n"u8);
        }
        else
        {
            new TerminalReport(ReportConsole.OfProcess(), settings.Clock).Write(shown);
        }

        if (settings.HtmlFile is { } file)
        {
            DiagnosisReport onPage = settings.IsPageRedacted ? ReportRedaction.Apply(report) : report;
            File.WriteAllText(file, new ReportPage(onPage, settings.Clock, settings.IsPageRedacted).Write(), new UTF8Encoding(false));
            messages.Say("page", $"page: {InertText.Of(file, MaxMessage)}", ("file", file));
        }
    }

    // A period that was mistyped must not look like a log without errors.
    private string NothingOfPeriod(LogPeriod lines, LogPeriod fileNames) =>
        "no line lies between --from and --to"
        + (lines == LogPeriod.None ? "" : $"; those that were read are of {settings.Clock.Range(lines)}")
        + (fileNames == LogPeriod.None ? "" : $"; files that were left out end {settings.Clock.Range(fileNames)}, by their names");

    private ExitCode CodeOf(DiagnosisReport report, LogSourceSet logs)
    {
        LogCounts counts = report.Counts;
        if (counts.Requests == 0 && counts.DamagedFiles.Count > 0)
        {
            return Fail("no log could be read");
        }

        if (counts.Requests == 0 && counts.OutsidePeriod + logs.OutsidePeriod > 0)
        {
            return Fail(NothingOfPeriod(counts.Outside, logs.Outside));
        }

        if (counts.Requests == 0 && counts.UnreadableLines + counts.OtherBalancerLines > 0)
        {
            return Fail("none of the lines is of an application load balancer's access log");
        }

        // What writes a log that holds nothing yet writes a line into it; a download that failed, or a pipe from it, gives none.
        if (counts.Lines == 0)
        {
            return Fail($"nothing was read: {Plural.Of(counts.Files, "file")} without a line");
        }

        if (report.Findings.Count > 0)
        {
            return ExitCode.Found;
        }

        return counts.IsWhole ? ExitCode.Done : Fail("not everything could be read, so that nothing was found says little: see the end of the report");
    }

    private ExitCode Fail(string sentence)
    {
        messages.Fail("diagnose", InertText.Of(sentence, MaxMessage));
        return ExitCode.Failed;
    }
}
