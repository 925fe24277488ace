using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Weir.Diagnosis.Tests;

/// <summary>The laboratory with targets that are no race, or that are not there; the race itself is shown end to end.</summary>
public sealed class ReproductionTests
{
    private sealed class Observer : IReproductionObserver
    {
        public ConcurrentQueue<ReproductionPhase> Phases { get; } = [];

        public void OnServer(ServerDescription server)
        {
        }

        public void OnMeasured(IdleClose close)
        {
        }

        public void OnPhaseBegins(ReproductionPhase phase) => Phases.Enqueue(phase);

        public void OnProgress(string sentence)
        {
        }

        public void OnPair(ReproductionPhase phase, RacePair pair)
        {
        }

        public void OnPhaseEnds(PhaseReport report)
        {
        }
    }

    private static Task<ReproductionReport> Run(ReproductionOptions options, Observer? observer = null) =>
        new Reproduction(options, observer ?? new Observer()).Run(CancellationToken.None);

    [Fact]
    public async Task Run_OnATargetThatOutlivesTheBalancer_FindsNoRaceAndPacesNothing()
    {
        using BuiltInServer target = BuiltInServer.Start(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), RaceScenario.Closed);
        var observer = new Observer();

        ReproductionReport report = await Run(
            new ReproductionOptions { Target = target.EndPoint, IdleTimeout = TimeSpan.FromSeconds(1) }, observer);

        Assert.Equal(ReproductionOutcome.OutlivesBalancer, report.Outcome);
        Assert.Empty(observer.Phases);
        Assert.Empty(report.NotProved);
        Assert.Null(report.ToDo);
    }

    [Fact]
    public async Task Run_OnATargetThatClosesLaterThanThereIsTimeFor_SaysSo()
    {
        using BuiltInServer target = BuiltInServer.Start(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), RaceScenario.Closed);

        ReproductionReport report = await Run(new ReproductionOptions { Target = target.EndPoint, WholeLimit = TimeSpan.FromSeconds(3) });

        Assert.Equal(ReproductionOutcome.ClosesTooLate, report.Outcome);
        Assert.Contains("does not fit into", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnATargetThatClosesAfterEveryAnswer_SaysThatNoneIsReused()
    {
        using BuiltInServer target = BuiltInServer.Start(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(1), RaceScenario.Closed);

        ReproductionReport report = await Run(new ReproductionOptions { Target = target.EndPoint });

        Assert.Equal(ReproductionOutcome.NeverReused, report.Outcome);
    }

    // Once it is measured it keeps connections for ever, so that nothing meets a close.
    [Fact]
    public async Task Run_OnATargetThatStopsClosing_SaysThatNothingWasShown()
    {
        using var target = new ForgetfulServer(closesFirst: 9, TimeSpan.FromMilliseconds(400));
        var options = new ReproductionOptions { Target = target.EndPoint, Methods = ["GET"], PacingLimit = TimeSpan.FromSeconds(1), IdleTimeout = TimeSpan.FromSeconds(5) };

        ReproductionReport report = await Run(options);

        Assert.Equal(ReproductionOutcome.NoRace, report.Outcome);
        Assert.Contains("5 are needed", report.Verdict, StringComparison.Ordinal);
        Assert.Null(report.ToDo);
    }

    // Nobody could tell such answers from failures later on.
    [Fact]
    public async Task Run_OnATargetThatAnswers500ByItself_SaysSo()
    {
        using var target = new ForgetfulServer(closesFirst: 9, TimeSpan.FromMilliseconds(400), status: 500);

        ReproductionException problem = await Assert.ThrowsAsync<ReproductionException>(
            () => Run(new ReproductionOptions { Target = target.EndPoint, Path = "/health" }));

        Assert.Equal(ReproductionOutcome.ServerDidNotStart, problem.Outcome);
        Assert.Contains("answers GET /health with 500 by itself", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnNobody_SaysThatTheServerDidNotStart()
    {
        IPEndPoint nobody = ServerProcess.FreeEndPoint();

        ReproductionException problem = await Assert.ThrowsAsync<ReproductionException>(
            () => Run(new ReproductionOptions { Target = nobody }));

        Assert.Equal(ReproductionOutcome.ServerDidNotStart, problem.Outcome);
        Assert.Contains($"{nobody}", problem.Message, StringComparison.Ordinal);
    }

    // One answers the handshake as it answers everything, the other waits for the end of a request.
    [Fact]
    public async Task Run_OverTls_OnTargetsThatDoNotSpeakIt_SaysSo()
    {
        using var answers = new ForgetfulServer(closesFirst: 0, TimeSpan.FromMinutes(1));
        using BuiltInServer waits = BuiltInServer.Start(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), RaceScenario.Closed);

        ReproductionException[] problems = await Task.WhenAll(((IPEndPoint[])[answers.EndPoint, waits.EndPoint]).Select(static target =>
            Assert.ThrowsAsync<ReproductionException>(() => Run(new ReproductionOptions { Target = target, TargetIsTls = true }))));

        Assert.All(problems, static problem => Assert.Equal(ReproductionOutcome.ServerDidNotStart, problem.Outcome));
        Assert.Matches($@"^{answers.EndPoint} does not agree on TLS: .+\. Is it plain\? http://… tries that$", problems[0].Message);
        Assert.Equal($"{waits.EndPoint} does not agree on TLS: no handshake within 5 s. Is it plain? http://… tries that", problems[1].Message);
    }

    // Whoever has all the connections that it may wait with gets no more SYNs answered, as behind a firewall that drops them.
    [Fact]
    public async Task Run_OnAnAddressThatDoesNotAnswer_EndsSoonAndNamesIt()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var waiting = new List<Socket>();
        for (bool connects = true; connects;)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            waiting.Add(socket);
            Task connected = socket.ConnectAsync(full.LocalEndPoint!, cancel).AsTask();
            connects = await Task.WhenAny(connected, Task.Delay(TimeSpan.FromMilliseconds(500), cancel)) == connected;
        }

        ReproductionException problem = await Assert.ThrowsAsync<ReproductionException>(
            () => Run(new ReproductionOptions { Target = (IPEndPoint)full.LocalEndPoint! }));

        Assert.Equal(ReproductionOutcome.ServerDidNotStart, problem.Outcome);
        Assert.Equal(
            $"nothing answers at {full.LocalEndPoint} within 5 s: the address is wrong, or a firewall drops what goes there", problem.Message);
        waiting.ForEach(static socket => socket.Dispose());
    }

    [Fact]
    public async Task Run_OfACommandThatEndsAtOnce_SaysWhatItSaid()
    {
        ReproductionException problem = await Assert.ThrowsAsync<ReproductionException>(
            () => Run(new ReproductionOptions { Command = "sh -c 'echo no such module; exit 3'" }));

        Assert.Equal(ReproductionOutcome.ServerDidNotStart, problem.Outcome);
        Assert.Equal("`sh -c 'echo no such module; exit 3'` ended at once with exit code 3: no such module", problem.Message);
    }

    [Fact]
    public async Task Run_OfACommandThatEndsWithoutAWord_SaysSo()
    {
        ReproductionException problem = await Assert.ThrowsAsync<ReproductionException>(
            () => Run(new ReproductionOptions { Command = "false" }));

        Assert.Equal("`false` ended at once with exit code 1, and wrote nothing", problem.Message);
    }

    [Fact]
    public async Task Run_OfACommandWhosePortIsTaken_SaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        ReproductionException problem = await Assert.ThrowsAsync<ReproductionException>(
            () => Run(new ReproductionOptions { Command = "true", Port = ((IPEndPoint)taken.LocalEndpoint).Port }));

        Assert.Equal(ReproductionOutcome.PortInUse, problem.Outcome);
        Assert.Contains($"{taken.LocalEndpoint}", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnATargetThatSpeaksNoHttp_SaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        // A socket that nobody holds is closed when the collector finds it.
        var held = new ConcurrentQueue<Socket>();
        Task serving = Task.Run(async () =>
        {
            while (true)
            {
                Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
                held.Enqueue(socket);
                socket.Send("220 mail.example ESMTP\r\n"u8);
            }
        }, TestContext.Current.CancellationToken);

        ReproductionException problem = await Assert.ThrowsAsync<ReproductionException>(
            () => Run(new ReproductionOptions { Target = (IPEndPoint)listener.LocalEndpoint }));

        Assert.Equal(ReproductionOutcome.ServerDidNotStart, problem.Outcome);
        Assert.Contains("closes without an answer, or with one that is not HTTP/1.1, to GET /", problem.Message, StringComparison.Ordinal);
        Assert.False(serving.IsCompleted);
        foreach (Socket socket in held) socket.Dispose();
    }

    // It answers what is measured, a request of either method and then one on each of eight connections, and nothing after that.
    [Fact]
    public async Task Run_OnATargetThatFallsSilent_EndsInTimeAndSaysWhere()
    {
        const int Answered = 10;
        CancellationToken stop = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int requests = 0;
        // What nobody holds is closed when the collector comes by, and a close is no silence.
        var open = new ConcurrentBag<Socket>();
        async Task Serve(Socket socket)
        {
            open.Add(socket);
            byte[] buffer = new byte[4096];
            if (await socket.ReceiveAsync(buffer, stop) > 0 && Interlocked.Increment(ref requests) <= Answered)
            {
                await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
                await Task.WhenAny(socket.ReceiveAsync(buffer, stop).AsTask(), Task.Delay(TimeSpan.FromMilliseconds(500), stop));
                socket.Dispose();
            }
        }

        Task accepting = Task.Run(async () =>
        {
            while (true)
            {
                _ = Serve(await listener.AcceptSocketAsync(stop));
            }
        }, stop);
        var options = new ReproductionOptions { Target = (IPEndPoint)listener.LocalEndpoint, WholeLimit = TimeSpan.FromSeconds(6.6) };

        ReproductionReport report = await Run(options);

        Assert.Equal(ReproductionOutcome.TimeOver, report.Outcome);
        Assert.Contains("were over in the middle of the race", report.Verdict, StringComparison.Ordinal);
        Assert.True(report.Duration < options.WholeLimit, $"{report.Duration}");
        Assert.False(accepting.IsCompleted);
        foreach (Socket socket in open)
        {
            socket.Dispose();
        }
    }

    [Fact]
    public async Task Run_Stopped_EndsSoonAndLeavesNoServer()
    {
        using var stop = new CancellationTokenSource();
        var reproduction = new Reproduction(new ReproductionOptions { Scenario = RaceScenario.Handled }, new Observer());
        Task<ReproductionReport> run = reproduction.Run(stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }
}
