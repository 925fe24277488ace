using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis;

/// <summary>What is the same of the laboratory's requests, whatever they are sent over.</summary>
internal static class LaboratoryRequest
{
    public const string UserAgent = "weir-reproduce";

    public const string BodyType = ProbeRequest.BodyType;

    /// <summary>An order in JSON for a POST; empty for the others.</summary>
    public static string BodyOf(string method) => method == "POST" ? "{\"order\":1}" : "";
}
