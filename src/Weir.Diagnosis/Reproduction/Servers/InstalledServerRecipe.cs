using System.Diagnostics;
using System.Net;

namespace Weir.Diagnosis;

/// <summary>A server that is installed on this machine, run with a configuration of ours in a temporary folder.</summary>
internal abstract class InstalledServerRecipe(string program) : ServerRecipe
{
    protected string Program => program;

    /// <summary>The name of the configuration's file.</summary>
    protected abstract string FileName { get; }

    public override async Task<TargetServer> Start(TimeSpan? keepAlive, CancellationToken cancel)
    {
        IPEndPoint endPoint = ServerProcess.FreeEndPoint();
        string folder = ServerFolder.Create();
        string file = Path.Combine(folder, FileName);
        // Not to be stopped halfway: until the server starts, nobody else knows of the folder.
        await File.WriteAllTextAsync(file, Configuration(endPoint, folder, keepAlive), CancellationToken.None);
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder };
        Configure(start, file, endPoint, keepAlive);
        return await ServerProcess.Start(start, Guard, Path.GetFileName(program), endPoint, folder, advice: "", cancel);
    }

    /// <summary>The text of the configuration's file.</summary>
    protected abstract string Configuration(IPEndPoint endPoint, string folder, TimeSpan? keepAlive);

    /// <summary>Adds arguments and environment.</summary>
    protected abstract void Configure(ProcessStartInfo start, string file, IPEndPoint endPoint, TimeSpan? keepAlive);
}
