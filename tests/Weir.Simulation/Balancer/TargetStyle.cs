namespace Weir.Simulation.Balancer;

/// <summary>How a target treats its connections. Each is the way of some widespread server.</summary>
internal enum TargetStyle
{
    /// <summary>Closes after 5 to 6 idle seconds; what comes then is answered by RST. As Node.</summary>
    Node,

    /// <summary>After 5 idle seconds it sends FIN, and swallows what comes for two more. As Apache.</summary>
    Apache,

    /// <summary>Closes after 2 idle seconds. As gunicorn.</summary>
    Gunicorn,

    /// <summary>Closes after some requests, announced or not.</summary>
    Limited,

    /// <summary>Never closes first.</summary>
    Patient,
}
