using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Weir.Configuration;
using Weir.Hosting;
using Weir.Model;
using Weir.Output;

namespace Weir.Tests.Hosting;

/// <summary>A node as `weir run` hosts it, on a thread of its own, with a clock, a name server and messages of the test's.</summary>
internal sealed class HostedNode : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Lines _lines = new();
    private readonly Source _source;
    private readonly NodeHost _host;
    private readonly Thread _thread;
    private readonly HttpClient _client = new() { Timeout = Limit };
    private readonly int _port;

    public HostedNode(ConfigurationFlags flags, INameLookup lookup)
    {
        NodeSettings settings = FlagReader.Read(flags with { Admin = "off", Loops = "1" }, out _)!;
        _source = new Source(settings.Source);
        _host = new NodeHost(settings with { Source = _source }, lookup, new MessageWriter(_lines, OutputFormat.Json), Time);
        _thread = new Thread(() => _host.Run());
        _thread.Start();
        string[] listening = Until("listening", 1);
        // It says so before it has its timers.
        Settle();
        _port = JsonDocument.Parse(listening[0]).RootElement.GetProperty("port").GetInt32();
    }

    public HandTime Time { get; } = new();

    /// <summary>The messages of a kind, so far.</summary>
    public string[] Told(string kind) => _lines.Of(kind);

    public string[] Until(string kind, int count)
    {
        Assert.True(_lines.WaitFor(kind, count), $"no {kind}: {string.Join('\n', _lines.Of(""))}");
        return _lines.Of(kind);
    }

    public void Reload() => Reload(fails: false);

    public void LookNamesUp() => Time.Ring(NameLookups.Interval);

    public void LookAtCertificates() => Time.Ring(CertificateFileWatch.Interval);

    /// <summary>Reloads, which is refused.</summary>
    public void ReloadInVain(bool fails = false)
    {
        int refused = Told("not-reloaded").Length;
        Reload(fails);
        Until("not-reloaded", refused + 1);
    }

    /// <summary>Waits until all is done that was asked for: behind it a reload comes that is refused.</summary>
    public void Settle() => ReloadInVain(fails: true);

    /// <summary>What the target says that a request gets to.</summary>
    public string Ask() => _client.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/")).GetAwaiter().GetResult();

    public void Dispose()
    {
        _host.OnStop("SIGTERM");
        _host.OnStop("SIGTERM");
        Assert.True(_thread.Join(Limit));
        _client.Dispose();
        _lines.Dispose();
    }

    private void Reload(bool fails)
    {
        _source.Reloads.Enqueue(fails);
        _host.OnReload();
    }

    private sealed class Source(IConfigurationSource source) : IConfigurationSource
    {
        /// <summary>Whether each reload is to fail.</summary>
        public ConcurrentQueue<bool> Reloads { get; } = [];

        public bool CanChange => source.CanChange;

        public string Name => source.Name;

        public ExitCode ErrorCode => source.ErrorCode;

        public ConfigurationLoad Load() => Reloads.TryDequeue(out bool fails) && fails
            ? new ConfigurationLoad(null, [new ConfigurationError { Resource = "test", Property = "", Message = "is to be refused" }], [])
            : source.Load();
    }

    private sealed class Lines : TextWriter
    {
        private readonly List<string> _all = [];

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            lock (_all)
            {
                _all.Add(value!);
                Monitor.PulseAll(_all);
            }
        }

        public string[] Of(string kind)
        {
            lock (_all)
            {
                return [.. _all.Where(line => line.Contains($"\"event\":\"{kind}", StringComparison.Ordinal))];
            }
        }

        public bool WaitFor(string kind, int count)
        {
            lock (_all)
            {
                while (Of(kind).Length < count)
                {
                    if (!Monitor.Wait(_all, Limit))
                    {
                        return false;
                    }
                }

                return true;
            }
        }
    }
}
