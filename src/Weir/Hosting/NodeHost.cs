using System.Runtime.Versioning;
using Weir.AccessLogs;
using Weir.Admin;
using Weir.Balancer;
using Weir.Configuration;
using Weir.Diagnosis.Reports;
using Weir.Model;
using Weir.Output;
using Weir.Reactor;

namespace Weir.Hosting;

/// <summary>
/// One node from start to exit: puts the configuration into force, obeys signals, follows names, drains. All of it on the
/// thread that calls <see cref="Run"/>.
/// </summary>
/// <param name="settings">What it was told.</param>
/// <param name="lookup">Who knows names.</param>
/// <param name="messages">Where it says what it does.</param>
/// <param name="time">When it looks at names and files again.</param>
[SupportedOSPlatform("linux")]
internal sealed class NodeHost(NodeSettings settings, INameLookup lookup, MessageWriter messages, TimeProvider time)
{
    private static readonly TimeSpan _logStopLimit = TimeSpan.FromSeconds(10);

    private readonly ControlThread _control = new();
    private readonly ServiceNotifier _notifier = ServiceNotifier.FromEnvironment();
    private readonly NameBook _names = new();
    private readonly TlsTickets _tickets = new(time);
    private readonly CertificateFileWatch _certificates = new(time);
    private readonly WarningBook _warnings = new();
    private readonly ErrorBook _errors = new();
    private BalancerTls? _tls;
    private IConfigurationSource _source = settings.Source;
    private ConfigurationLoad? _loaded;
    private BalancerNode? _node;
    private NodeStatus? _status;
    private AccessLogWriter? _log;
    private AccessLogWriter? _connectionLog;
    private AccessLogWriter? _explain;
    private NameLookups? _lookups;
    private bool _stopping;

    /// <summary>A signal has come; from any thread.</summary>
    internal void OnStop(string signal) => _control.Post(() => Stop(signal));

    /// <summary>Likewise, to read the configuration again.</summary>
    internal void OnReload() => _control.Post(Reload);

    public ExitCode Run()
    {
        using var signals = new NodeSignals(
            _control.Post, Stop, Reload, ReopenLogs, static code => Environment.Exit((int)code));
        DescriptorLimit? descriptors = DescriptorLimit.Raise();
        using LocalWebServer? sample = StartSampleTarget(out ExitCode code);
        if (code != ExitCode.Done || PrepareFirst(out code) is not { Snapshot: { } snapshot } first || !OpenLogs(out code))
        {
            return code;
        }

        var loops = new LoopThreads(settings.Loops ?? CpuQuota.Loops());
        int maxClients = LimitClients(descriptors, loops.Count, snapshot);
        _node = new BalancerNode(new BalancerOptions
        {
            AccessLog = _log,
            ConnectionLog = _connectionLog,
            Explain = _explain,
            StickyKey = LoadStickyKey(snapshot),
            MaxClientConnections = maxClients,
            Report = sentence => _control.PostIfRoom(() => messages.Warn("report", sentence)),
        });
        loops.AddTo(_node);
        signals.NodeRuns();
        loops.Start();
        _status = new NodeStatus(_node, _log, settings.AccessLog ?? "off", _explain, settings.Explain ?? "off", loops.Count, time)
        {
            ConnectionLog = _connectionLog,
            ConnectionLogDestination = settings.ConnectionLog ?? "off",
        };
        using LocalWebServer? admin = StartAdmin(_status, out code);
        if (code != ExitCode.Done || !OpenListeners(snapshot, first.Tls, out code))
        {
            loops.Stop();
            return code;
        }

        var start = new StartMessages(messages, settings);
        start.Node(loops.Count, maxClients, descriptors);
        start.Warnings(_warnings.Replace(first.Warnings));
        start.Listeners(_node, snapshot, BalancerSnapshot.Empty);
        start.LocalOnly();
        start.AccessLog();
        start.ConnectionLog();
        start.Explain();
        start.Admin(admin?.EndPoint);
        start.Sample(sample?.EndPoint, _node, snapshot);
        _notifier.Ready($"{snapshot.LoadBalancers.Sum(static balancer => balancer.Listeners.Length)} listeners open");
        _lookups = new NameLookups(lookup, _control);
        using ITimer names = time.CreateTimer(_ => _control.Post(RefreshNames), null, NameLookups.Interval, NameLookups.Interval);
        using ITimer certificates = time.CreateTimer(
            _ => _control.Post(RefreshCertificates), null, CertificateFileWatch.Interval, CertificateFileWatch.Interval);
        _control.Run();
        loops.Stop();
        return Finish();
    }

    private LocalWebServer? StartSampleTarget(out ExitCode code)
    {
        code = ExitCode.Done;
        if (!settings.NeedsSampleTarget || _source is not FlagConfiguration flags)
        {
            return null;
        }

        LocalWebServer? sample = SampleTarget.TryStart(out ListenProblem? problem);
        if (sample is null)
        {
            messages.Fail("sample-target", problem!.Sentence);
            code = problem.Code;
            return null;
        }

        _source = flags.WithTargets([new TargetUrl(sample.EndPoint.Address.ToString(), sample.EndPoint.Port)]);
        return sample;
    }

    private PreparedConfiguration? PrepareFirst(out ExitCode code)
    {
        code = ExitCode.UnknownHost;
        ConfigurationLoad load = _source.Load();
        IReadOnlyList<string> hosts = load.Definition?.UnresolvedHosts ?? [];
        bool failed = false;
        _names.Update(hosts.Select(host => NameAnswer.Of(lookup, host)), change =>
        {
            failed |= change.IsFailure;
            messages.Fail("target-name", change.Sentence, ("host", change.Host));
        });
        if (failed)
        {
            return null;
        }

        PreparedConfiguration prepared = PreparedConfiguration.From(load, _names, _tickets);
        if (prepared.Snapshot is not { } snapshot)
        {
            ReportErrors(prepared);
            code = _source.ErrorCode;
            return null;
        }

        IReadOnlyList<ListenProblem> problems = ListenProblem.Probe(snapshot, BalancerSnapshot.Empty);
        ReportProblems(problems);
        code = problems.Count > 0 ? problems[0].Code : ExitCode.Done;
        _loaded = load;
        return problems.Count > 0 ? null : prepared;
    }

    private bool OpenLogs(out ExitCode code)
    {
        if (settings.AccessLog is { } accessLog)
        {
            _log = AccessLogWriter.Create(accessLog, LogOptions("access-log", "access log"));
        }

        if (settings.ConnectionLog is { } connectionLog)
        {
            _connectionLog = AccessLogWriter.Create(connectionLog, LogOptions("connection-log", "connection log"));
        }

        if (settings.Explain is { } explain)
        {
            _explain = AccessLogWriter.CreateUndivided(explain, LogOptions("explain-log", "explain log"));
        }

        bool started = TryStart(_log, "access-log") && TryStart(_connectionLog, "connection-log") && TryStart(_explain, "explain-log");
        code = started ? ExitCode.Done : ExitCode.CannotWriteLog;
        return code == ExitCode.Done;
    }

    private AccessLogWriterOptions LogOptions(string messageName, string name) => new()
    {
        Name = name,
        Report = sentence => _control.PostIfRoom(() => messages.Warn(messageName, sentence)),
    };

    private bool TryStart(AccessLogWriter? log, string messageName)
    {
        if (log?.Check() is { } problem)
        {
            messages.Fail(messageName, problem);
            return false;
        }

        log?.Start();
        return true;
    }

    // More clients than there are descriptors for would be accepted and then answered 502.
    private int LimitClients(DescriptorLimit? descriptors, int loops, BalancerSnapshot snapshot)
    {
        int listeners = snapshot.LoadBalancers.Sum(static balancer => balancer.Listeners.Length);
        int limit = ClientConnectionLimit.Of(descriptors, loops, listeners);
        if (settings.MaxConnections is not { } asked)
        {
            return limit;
        }

        if (limit == 0 || asked <= limit)
        {
            return asked;
        }

        messages.Warn(
            "max-connections",
            $"--max-connections {asked}: {descriptors!.Now} open files are enough for {limit}, which is the limit now; ulimit -n raises it",
            ("limit", limit));
        return limit;
    }

    private StickyKey LoadStickyKey(BalancerSnapshot snapshot)
    {
        if (!snapshot.TargetGroups.Any(static group => group.Stickiness.Enabled))
        {
            return StickyKey.Ephemeral();
        }

        string? folder = StateDirectory.Find(settings.StateDirectory, Environment.GetEnvironmentVariable);
        StickyKey key = StateDirectory.LoadKey(folder, out string? problem);
        if (problem is not null)
        {
            messages.Warn("stickiness-key", $"the key of sticky sessions is not kept, so they end with this process: {problem}");
        }

        return key;
    }

    private bool OpenListeners(BalancerSnapshot snapshot, BalancerTls? tls, out ExitCode code)
    {
        ListenProblem[] problems = ApplyAndWait(snapshot, tls);
        _tls = tls;
        _certificates.Remember(_tickets.Files.TakeLooks());
        _tickets.Files.OpensOnlyRegularFiles = true;
        ReportProblems(problems);
        code = problems.Length > 0 ? problems[0].Code : ExitCode.Done;
        return problems.Length == 0;
    }

    private ListenProblem[] ApplyAndWait(BalancerSnapshot snapshot, BalancerTls? tls)
    {
        using var applied = new ManualResetEventSlim();
        ListenProblem[] problems = [];
        _node!.Apply(snapshot, tls, failures =>
        {
            problems = [.. failures.Select(ListenProblem.Describe)];
            applied.Set();
        });
        applied.Wait();
        return problems;
    }

    private LocalWebServer? StartAdmin(NodeStatus status, out ExitCode code)
    {
        code = ExitCode.Done;
        if (settings.Admin is not { } address)
        {
            return null;
        }

        LocalWebServer? admin = AdminEndpoint.TryStart(address.EndPoint, status, out ListenProblem? problem);
        if (problem is null)
        {
            return admin;
        }

        if (address.IsDefault)
        {
            messages.Warn("admin", $"{problem.Sentence}; going on without the admin endpoint (--admin ADDR:PORT)");
        }
        else
        {
            messages.Fail("admin", problem.Sentence);
            code = problem.Code;
        }

        return null;
    }

    private void RefreshNames()
    {
        if (!_stopping && _loaded!.Definition!.UnresolvedHosts is { Count: > 0 } hosts)
        {
            _lookups!.Ask(hosts, answers =>
            {
                // A reload that came into force in between has asked before: these are the newer answers.
                if (_names.Update(answers, ReportName) && !_stopping)
                {
                    FollowNames();
                }
            });
        }
    }

    // Of TLS nothing has changed, so that no file that has become unusable stands in the way.
    private void FollowNames()
    {
        PreparedConfiguration prepared = PreparedConfiguration.WithNames(_loaded!, _names, _tls);
        SnapshotChange change = Replace(prepared);
        if (change == SnapshotChange.Done)
        {
            new StartMessages(messages, settings).Warnings(_warnings.Add(prepared.Warnings));
        }
        else if (change == SnapshotChange.Refused)
        {
            messages.Fail("target-name", "the targets' addresses in force stay as they are");
        }
    }

    private void RefreshCertificates()
    {
        if (_stopping)
        {
            return;
        }

        if (!_certificates.HasChanged(_node!.Snapshot, _tickets.Files))
        {
            _errors.Clear();
            WarnOfCertificates();
            return;
        }

        SnapshotChange change = PutIntoForce(_loaded!, byWatch: true, out bool wasSaid);
        _errors.Clear();
        if (change == SnapshotChange.Done)
        {
            messages.Say("certificates", "read the changed files of certificates; new connections are shown what is in them");
        }
        else if (!wasSaid)
        {
            messages.Fail("certificates", "the certificates in force stay as they are");
        }
    }

    // They come to their end without anybody touching a file.
    private void WarnOfCertificates()
    {
        if (_tls is { } tls)
        {
            new StartMessages(messages, settings).Warnings(_warnings.Add(_tickets.WarningsOf(_node!.Snapshot, tls)));
        }
    }

    private void Reload()
    {
        if (_stopping)
        {
            return;
        }

        _notifier.Reloading();
        ConfigurationLoad load = _source.Load();
        _lookups!.Ask(load.Definition?.UnresolvedHosts ?? [], answers =>
        {
            bool moved = _names.Update(answers, ReportName);
            SnapshotChange change = PutIntoForce(load, byWatch: false, out _);
            if (change == SnapshotChange.Refused)
            {
                messages.Fail("not-reloaded", "the configuration in force stays as it is");
                if (moved && !_stopping)
                {
                    // What has been looked up is the targets' new place for it too, and will not be told a second time.
                    FollowNames();
                }
            }
            else if (change != SnapshotChange.Done)
            {
                // PutIntoForce has said what is in force now.
            }
            else if (_source.CanChange)
            {
                messages.Say("reloaded", $"reloaded {_source.Name}; requests under way go on");
            }
            else
            {
                messages.Say("reloaded", "looked the names of targets up again; flags change with a restart only");
            }

            _notifier.Ready("running");
        });
    }

    private SnapshotChange PutIntoForce(ConfigurationLoad load, bool byWatch, out bool wasSaid)
    {
        PreparedConfiguration prepared = PreparedConfiguration.From(load, _names, _tickets);
        IReadOnlyDictionary<string, TlsFileLook> read = _tickets.Files.TakeLooks();
        if (load == _loaded)
        {
            // Also if they are of no use: they are read again when there is something else in them.
            _certificates.Remember(read);
        }

        wasSaid = byWatch && prepared.Snapshot is null && _errors.Has(prepared.Errors, read);
        if (wasSaid)
        {
            return SnapshotChange.Refused;
        }

        if (!byWatch)
        {
            _errors.Replace(prepared.Errors, read);
        }

        BalancerSnapshot before = _node!.Snapshot;
        SnapshotChange change = Replace(prepared);
        if (change != SnapshotChange.Done)
        {
            return change;
        }

        _errors.Clear();
        _certificates.Remember(read);
        bool changed = load != _loaded;
        _loaded = load;
        var start = new StartMessages(messages, settings);
        // Of a configuration that has been warned of already, what its files have given rise to since.
        IReadOnlyList<ConfigurationWarning> news = _warnings.Replace(prepared.Warnings);
        start.Warnings(changed ? prepared.Warnings : news);
        if (changed)
        {
            start.Moved(prepared.Snapshot!, before);
            start.Listeners(_node, prepared.Snapshot!, before);
        }

        return SnapshotChange.Done;
    }

    private SnapshotChange Replace(PreparedConfiguration prepared)
    {
        if (_stopping || prepared.Snapshot is not { } snapshot)
        {
            ReportErrors(prepared);
            return SnapshotChange.Refused;
        }

        BalancerSnapshot before = _node!.Snapshot;
        IReadOnlyList<ListenProblem> problems = ListenProblem.Probe(snapshot, before);
        ReportProblems(problems);
        if (problems.Count > 0)
        {
            return SnapshotChange.Refused;
        }

        var exchange = new SnapshotExchange(applied => ApplyAndWait(applied, applied == before ? _tls : prepared.Tls), messages);
        SnapshotChange change = exchange.Replace(before, snapshot);
        if (change == SnapshotChange.Done)
        {
            _tls = prepared.Tls;
        }

        return change;
    }

    private void Stop(string signal)
    {
        if (_status is null)
        {
            return;
        }

        TimeSpan limit = _stopping ? TimeSpan.Zero : settings.DrainLimit;
        long open = Sum(Counter.ClientConnectionsOpen);
        messages.Say(
            "stopping",
            _stopping
                ? $"{signal} again: closing {Plural.Of(open, "connection")} now"
                : $"{signal}: draining {Plural.Of(open, "connection")}, for {limit.TotalSeconds:0} seconds at most",
            ("signal", signal),
            ("connections", open));
        if (!_stopping)
        {
            _stopping = true;
            _status!.IsDraining = true;
            _notifier.Stopping();
        }

        _node!.Drain(limit, () => _control.Post(_control.Stop));
    }

    private ExitCode Finish()
    {
        Finish(_log, "access-log", "access log");
        Finish(_connectionLog, "connection-log", "connection log");
        Finish(_explain, "explain-log", "explain log");
        long cut = _node!.Counters.Sum(static counters => counters[FailureReason.Stopping]);
        long seconds = (long)(_status!.Now - _status.StartedAt).TotalSeconds;
        messages.Say(
            "stopped",
            cut == 0
                ? $"stopped after {Plural.Of(Sum(Counter.Requests), "request")} in {Plural.Of(seconds, "second")}; none was cut"
                : $"stopped after {Plural.Of(Sum(Counter.Requests), "request")} in {Plural.Of(seconds, "second")}; {cut} cut",
            ("requests", Sum(Counter.Requests)),
            ("cut", cut));
        return cut == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private void Finish(AccessLogWriter? log, string messageName, string name)
    {
        if (log?.Stop(_logStopLimit) == false)
        {
            messages.Warn(messageName, $"the {name}'s destination does not take the last lines; they are lost");
        }
    }

    private void ReopenLogs()
    {
        _log?.Reopen();
        _connectionLog?.Reopen();
        _explain?.Reopen();
    }

    private long Sum(Counter counter) => _node!.Counters.Sum(counters => counters[counter]);

    private void ReportName(NameChange change)
    {
        if (change.IsFailure)
        {
            messages.Warn("target-name", change.Sentence, ("host", change.Host));
        }
        else
        {
            messages.Say("target-name", change.Sentence, ("host", change.Host));
        }
    }

    private void ReportErrors(PreparedConfiguration prepared)
    {
        foreach (ConfigurationError error in prepared.Errors)
        {
            messages.Fail("configuration", error.ToString());
        }
    }

    private void ReportProblems(IEnumerable<ListenProblem> problems) => ListenProblem.Report(problems, messages);
}
