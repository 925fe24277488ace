using Weir.Configuration;
using Weir.Diagnosis.Servers;
using Weir.Model;

namespace Weir.Diagnosing;

/// <summary>`--server NAME`: what the targets run, of the catalogue of servers.</summary>
internal static class ServerFlag
{
    /// <summary>Null if none is named, or, with an error more, if it is not known.</summary>
    public static ServerProfile? Read(string? name, ICollection<UsageError> errors)
    {
        if (name is null)
        {
            return null;
        }

        ServerProfile? server = ServerCatalog.Find(name);
        if (server is null)
        {
            string[] names = [.. ServerCatalog.All.Select(static known => known.Name)];
            errors.Add(new UsageError("--server", name, $"this server is not known{Wording.DidYouMean(name, names)}", string.Join(", ", names)));
        }

        return server;
    }
}
