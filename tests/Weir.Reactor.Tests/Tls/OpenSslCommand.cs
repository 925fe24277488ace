using System.Diagnostics;

namespace Weir.Reactor.Tests.Tls;

/// <summary>The openssl program as the other end: what is written goes to its standard input, what it says is read.</summary>
internal sealed class OpenSslCommand : IDisposable
{
    private readonly Process _process;

    public OpenSslCommand(params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>What it says about itself, when it has ended.</summary>
    public Task<string> Errors { get; }

    public void Write(string text)
    {
        _process.StandardInput.Write(text);
        _process.StandardInput.Flush();
    }

    public string ReadLine() => LoopThread.Wait(_process.StandardOutput.ReadLineAsync()) ?? "";

    /// <summary>Everything that it still writes until it ends.</summary>
    public string ReadToEnd() => LoopThread.Wait(_process.StandardOutput.ReadToEndAsync());

    public void EndInput() => _process.StandardInput.Close();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
