using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Weir.EndToEnd.Tests;

/// <summary>`weir reproduce` ended before its end: whatever ends it, the server that it has started ends as well.</summary>
[NativeOnly]
public sealed class LeftBehindTests
{
    private const string Serves =
        "require(`http`).createServer((_, r) => r.end()).listen(process.env.PORT, `127.0.0.1`)";

    private const string One = $"node -e '{Serves}'";

    private const string Worker =
        "'require(\"http\").createServer((_, r) => r.end()).listen(process.env.PORT, \"127.0.0.1\")'";

    private const string MasterWithWorker =
        "node -e 'require(`child_process`).spawn(process.execPath, [`-e`, process.argv[1]], { stdio: `inherit` })' " + Worker;

    // Away from its process group (setsid), and its parent ends at once, as daemons have it.
    private const string Daemon =
        "node -e 'require(`child_process`).spawn(process.execPath, [`-e`, process.argv[1]], { detached: true, stdio: `ignore` }).unref()' "
        + Worker;

    private static async Task<Process> StartAndMeasure(int port, string command)
    {
        Process weir = StartWeir("reproduce", "--json", "--command", command, "--port", $"{port}");
        await UntilItMeasures(weir);
        Assert.True(IsServed(port));
        return weir;
    }

    // Measuring begins when the server answers.
    private static async Task UntilItMeasures(Process weir)
    {
        for (string? line = ""; line?.Contains("8 connections idle for", StringComparison.Ordinal) == false;)
        {
            line = await weir.StandardError.ReadLineAsync(Deadline.Token());
        }
    }

    private static Process StartWeir(params string[] arguments) => Start(WeirBinary.Command[0], [.. WeirBinary.Command.Skip(1), .. arguments]);

    private static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static bool IsServed(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }

    private static Task UntilRefused(int port) => Deadline.Until(() => !IsServed(port), $"nobody serves at {port}");

    [Theory]
    [InlineData(One)]
    [InlineData(MasterWithWorker)]
    [InlineData(Daemon)]
    public async Task Reproduce_Killed_ItsServerEnds(string command)
    {
        int port = ReservedPort.Next();
        using Process weir = await StartAndMeasure(port, command);

        Signals.Send(weir.Id, Signals.SIGKILL);

        await weir.WaitForExitAsync(Deadline.Token());
        await UntilRefused(port);
    }

    // Its server has a configuration of ours in a temporary folder.
    [Fact]
    public async Task Reproduce_Killed_ItsServersFolderGoes()
    {
        using var temporary = new TempFolder();
        string[] all = ["env", $"TMPDIR={temporary.Path}", .. WeirBinary.Command, "reproduce", "--json", "--server", "node"];
        using Process weir = Start(all[0], all[1..]);
        await UntilItMeasures(weir);
        Assert.Single(Directory.GetDirectories(temporary.Path, "weir-reproduce-*"));

        Signals.Send(weir.Id, Signals.SIGKILL);

        await weir.WaitForExitAsync(Deadline.Token());
        await Deadline.Until(() => Directory.GetDirectories(temporary.Path, "weir-reproduce-*").Length == 0, "the folder is gone");
    }

    // What is not such a folder stays, whatever the hidden command is told.
    [Theory]
    [InlineData("kept")]
    [InlineData("weir-reproduce-x/kept")]
    public async Task Guard_ToldOfAnotherFolder_LeavesIt(string name)
    {
        using var temporary = new TempFolder();
        string folder = Directory.CreateDirectory(temporary.PathOf(name)).FullName;

        ProgramRun run = await ProgramRun.Of("env", [$"TMPDIR={temporary.Path}", .. WeirBinary.Command, "guard-server", folder, "true"]);

        Assert.Equal(0, run.ExitCode);
        Assert.True(Directory.Exists(folder));
    }

    [Theory]
    [InlineData(One)]
    [InlineData(MasterWithWorker)]
    [InlineData(Daemon)]
    public async Task Reproduce_Terminated_HasEndedItsServer(string command)
    {
        int port = ReservedPort.Next();
        using Process weir = await StartAndMeasure(port, command);

        Signals.Send(weir.Id, Signals.SIGTERM);

        await weir.WaitForExitAsync(Deadline.Token());
        Assert.Equal(143, weir.ExitCode);
        Assert.False(IsServed(port));
    }

    [Fact]
    public async Task Reproduce_Interrupted_HasEndedItsServer()
    {
        int port = ReservedPort.Next();
        using Process weir = await StartAndMeasure(port, One);

        Signals.Send(weir.Id, Signals.SIGINT);

        await weir.WaitForExitAsync(Deadline.Token());
        Assert.Equal(130, weir.ExitCode);
        Assert.False(IsServed(port));
    }

    [Fact]
    public async Task Reproduce_WhoseReaderHasGone_HasEndedItsServer()
    {
        int port = ReservedPort.Next();
        using Process weir = await StartAndMeasure(port, One);

        weir.StandardOutput.Close();

        await weir.WaitForExitAsync(Deadline.Token());
        Assert.Equal(141, weir.ExitCode);
        Assert.False(IsServed(port));
    }

    [Fact]
    public async Task Reproduce_IntoHead_EndsWithIt()
    {
        string program = string.Join(' ', WeirBinary.Command);

        ProgramRun run = await ProgramRun.Of("bash", ["-c", $"{program} reproduce --scenario handled | head -n 3; echo ${{PIPESTATUS[0]}}"]);

        Assert.Equal("141", run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        Assert.DoesNotContain("stopped", run.Errors, StringComparison.Ordinal);
    }

    // Each would go on: for standard input, for a simulation, for idle connections.
    [Theory]
    [InlineData("diagnose -")]
    [InlineData("predict --keepalive 5 --rps 1 --simulate")]
    [InlineData("probe TARGET")]
    public async Task Command_WhoseReaderHasGone_Ends(string line)
    {
        using NodeTarget target = await NodeTarget.StartAsync("127.0.0.1");
        using Process weir = StartWeir(line.Replace("TARGET", target.Url, StringComparison.Ordinal).Split(' '));

        weir.StandardOutput.Close();

        await weir.WaitForExitAsync(Deadline.Token());
        Assert.Equal(141, weir.ExitCode);
    }
}
