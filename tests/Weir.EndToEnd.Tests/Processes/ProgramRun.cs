using System.Diagnostics;

namespace Weir.EndToEnd.Tests;

/// <summary>A program that was run to its end.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    public static Task<ProgramRun> OfWeir(params string[] arguments) =>
        Of(WeirBinary.Command[0], [.. WeirBinary.Command.Skip(1), .. arguments]);

    public static async Task<ProgramRun> Of(string program, IEnumerable<string> arguments, TimeSpan? limit = null, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(Deadline.Token(limit));
        }
        catch (OperationCanceledException)
        {
            // With what it has started itself (a browser's helpers), or its output never ends.
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end: {await output}{await errors}");
        }

        return new ProgramRun(process.ExitCode, await output, await errors);
    }
}
