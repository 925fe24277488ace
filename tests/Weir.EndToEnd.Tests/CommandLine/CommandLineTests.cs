using System.Net.Sockets;
using System.Text.Json;

namespace Weir.EndToEnd.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--listen", "70000")]
    [InlineData("--target", "ftp://127.0.0.1:21")]
    [InlineData("--attribute", "idle_timeout.timeout_second=3")]
    [InlineData("--idle-timeout", "0")]
    public async Task Run_WithAWrongValue_NamesOptionAndValueAndExits64(string option, string value)
    {
        ProgramRun run = await ProgramRun.OfWeir("run", option, value);

        Assert.Equal(64, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(option, run.Errors, StringComparison.Ordinal);
        Assert.Contains(value.Split('=')[0], run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.All(run.Errors.Split('\n'), static line => Assert.InRange(line.Length, 0, 200));
    }

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("no-such-command")]
    public async Task Weir_WithAnUnknownWord_Exits64(string word)
    {
        ProgramRun run = await ProgramRun.OfWeir(word);
        Assert.Equal(64, run.ExitCode);
        Assert.Contains(word, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_OnItsOwn_IsPrinted()
    {
        ProgramRun run = await ProgramRun.OfWeir("--version");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"\d+\.\d+\.\d+", run.Output);
    }

    [Fact]
    public async Task Run_OnAPortInUse_SaysSoAndExits69()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        string address = taken.LocalEndpoint.ToString()!;
        ProgramRun run = await ProgramRun.OfWeir("run", "--listen", address, "--admin", "off");

        Assert.Equal(69, run.ExitCode);
        Assert.Contains($"cannot listen on {address}: another program has this address", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnThePortOfAnotherWeir_Exits69()
    {
        await using WeirProcess weir = await WeirProcess.StartAsync();
        ProgramRun run = await ProgramRun.OfWeir("run", "--listen", $"{weir.Port}", "--admin", "off");
        Assert.Equal(69, run.ExitCode);
    }

    [Fact]
    public async Task Run_WithAnAdminAddressInUse_Exits69()
    {
        await using WeirProcess weir = await WeirProcess.StartAsync();
        string admin = weir.AdminUrl["http://".Length..];
        ProgramRun run = await ProgramRun.OfWeir("run", "--listen", "0", "--admin", admin);
        Assert.Equal(69, run.ExitCode);
        Assert.Contains(admin, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithTwoListeners_ServesOnBoth()
    {
        using RawTarget target = RawTarget.Answering("ok");
        await using WeirProcess weir = await WeirProcess.StartAsync(
            new WeirStart { HasOwnListeners = true }, "--listen", $"{ReservedPort.Next()}", "--listen", $"{ReservedPort.Next()}", "--target", target.Url);
        Assert.Equal(2, weir.Ports.Length);
        Assert.All(await Task.WhenAll(weir.Ports.Select(static port => RawClient.Ask(port, RawClient.Get()))), static response => Assert.Equal("ok", response.Body));
    }

    [Fact]
    public async Task Run_WithALowDescriptorLimit_RaisesItAndSaysSo()
    {
        await using WeirProcess weir = await WeirProcess.StartAsync(new WeirStart { Wrapper = ["prlimit", "--nofile=256:4096"] });
        JsonElement start = Assert.Single(weir.Events("start"));
        Assert.Equal(4096, start.GetProperty("open_files").GetInt64());
        // Under the JIT, the runtime has raised it before the program could.
        Assert.Matches(@"up to 4096 open files( \(raised from 256\))?$", start.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Check_OfABrokenTemplate_NamesFileAndLine()
    {
        using var folder = new TempFolder();
        string file = folder.Write("app.yaml", new Template { Targets = [] }.ToString().Replace("Protocol: HTTP", "Protocol: HTPT", StringComparison.Ordinal));
        ProgramRun run = await ProgramRun.OfWeir("check", "--template", file);

        Assert.Equal(1, run.ExitCode);
        Assert.Matches(@"app\.yaml:\d+", run.Errors);
        Assert.Contains("HTPT", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfGoodOptions_ShowsThemAndExits0()
    {
        ProgramRun run = await ProgramRun.OfWeir("check", "--listen", "8080", "--target", "http://127.0.0.1:3000");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("http://127.0.0.1:8080", run.Output, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:3000", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_OfARunningNode_ShowsItsTables()
    {
        using RawTarget target = RawTarget.Answering("ok");
        await using WeirProcess weir = await (await WeirProcess.StartAsync("--target", target.Url)).WhenHealthy();
        await RawClient.Ask(weir.Port, RawClient.Get());
        await weir.WaitForMetric("weir_requests_total", 1);
        string admin = weir.AdminUrl["http://".Length..];

        ProgramRun text = await ProgramRun.OfWeir("status", "--admin", admin);
        Assert.Equal(0, text.ExitCode);
        Assert.Matches($@"127\.0\.0\.1:{target.Port} +healthy", text.Output);
        Assert.Contains($"http://127.0.0.1:{weir.Port}", text.Output, StringComparison.Ordinal);
        Assert.All(text.Output.Split('\n'), static line => Assert.InRange(line.Length, 0, 100));

        ProgramRun json = await ProgramRun.OfWeir("status", "--admin", admin, "--json");
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Equal(weir.Id, document.RootElement.GetProperty("process_id").GetInt32());
    }

    [Fact]
    public async Task Status_WithoutANode_Exits75()
    {
        ProgramRun run = await ProgramRun.OfWeir("status", "--admin", $"127.0.0.1:{ReservedPort.Next()}");
        Assert.Equal(75, run.ExitCode);
        Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
