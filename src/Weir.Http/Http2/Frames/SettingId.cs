namespace Weir.Http.Http2.Frames;

/// <summary>The settings. Others may come, and are ignored. Source: RFC 9113 §6.5.2.</summary>
public enum SettingId : ushort
{
    /// <summary>Not sent by anybody.</summary>
    None = 0,
    HeaderTableSize = 0x1,
    EnablePush = 0x2,
    MaxConcurrentStreams = 0x3,
    InitialWindowSize = 0x4,
    MaxFrameSize = 0x5,
    MaxHeaderListSize = 0x6,
}
