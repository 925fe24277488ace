namespace Weir.LogGenerator;

/// <summary>The forms in which targets log. Each says in its own way when a request was: its begin or end, to the second or finer, or not at all.</summary>
public enum TargetLogFormat
{
    /// <summary>NCSA common: begin of the request, to the second (Apache's <c>%t</c>).</summary>
    Common,

    /// <summary>NCSA combined, the same times.</summary>
    Combined,

    /// <summary>nginx, combined with <c>$request_time</c> in seconds and the trace id at the end: end of the request, to the second.</summary>
    Nginx,

    /// <summary>JSON lines: end in milliseconds since 1970 and <c>responseTime</c> in milliseconds (pino-http).</summary>
    Json,

    /// <summary>The same with the header that has the trace id.</summary>
    JsonWithTrace,

    /// <summary>uvicorn's access lines: no time at all.</summary>
    Uvicorn,
}
