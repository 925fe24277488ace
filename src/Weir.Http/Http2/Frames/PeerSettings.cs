using System.Buffers.Binary;
using Weir.Http.Http2.Hpack;

namespace Weir.Http.Http2.Frames;

/// <summary>
/// What the peer has announced, and before that the initial values. Owned by a connection; it holds values and never
/// acts on them. Source: RFC 9113 §6.5.2.
/// </summary>
public sealed class PeerSettings
{
    private uint _smallestHeaderTableBytes = Http2Limits.HeaderTableBytes;

    /// <summary>How large a table the peer's decoder can keep.</summary>
    public uint HeaderTableBytes { get; private set; } = Http2Limits.HeaderTableBytes;

    public bool EnablePush { get; private set; } = true;

    /// <summary>How many streams we may have open at the peer.</summary>
    public uint MaxConcurrentStreams { get; private set; } = uint.MaxValue;

    /// <summary>The window of a new stream. A change is a change of every stream's window.</summary>
    public int InitialWindowBytes { get; private set; } = Http2Limits.InitialWindowBytes;

    public int MaxFrameBytes { get; private set; } = Http2Limits.FrameBytes;

    /// <summary>The largest field section that the peer cares to read.</summary>
    public uint MaxHeaderListBytes { get; private set; } = uint.MaxValue;

    /// <summary>
    /// Takes whole settings, in their order. With a fault those before the bad one have been taken.
    /// </summary>
    public Http2Fault Apply(ReadOnlySpan<byte> settings, bool isFromServer)
    {
        for (; settings.Length >= FrameFields.SettingBytes; settings = settings[FrameFields.SettingBytes..])
        {
            SettingId id = (SettingId)BinaryPrimitives.ReadUInt16BigEndian(settings);
            Http2Fault fault = Apply(id, BinaryPrimitives.ReadUInt32BigEndian(settings[2..]), isFromServer);
            if (fault != Http2Fault.None)
            {
                return fault;
            }
        }

        return Http2Fault.None;
    }

    /// <summary>
    /// Gives the encoder its limit, once the settings of a frame were taken and before they are acknowledged.
    /// </summary>
    public void ApplyTo(HpackEncoder encoder)
    {
        encoder.ApplyPeerLimit(_smallestHeaderTableBytes);
        encoder.ApplyPeerLimit(HeaderTableBytes);
        _smallestHeaderTableBytes = HeaderTableBytes;
    }

    private Http2Fault Apply(SettingId id, uint value, bool isFromServer)
    {
        switch (id)
        {
            case SettingId.HeaderTableSize:
                HeaderTableBytes = value;
                _smallestHeaderTableBytes = Math.Min(_smallestHeaderTableBytes, value);
                break;
            case SettingId.EnablePush when value > (isFromServer ? 0 : 1):
                return Http2Fault.InvalidEnablePush;
            case SettingId.EnablePush:
                EnablePush = value == 1;
                break;
            case SettingId.MaxConcurrentStreams:
                MaxConcurrentStreams = value;
                break;
            case SettingId.InitialWindowSize when value > int.MaxValue:
                return Http2Fault.InvalidInitialWindow;
            case SettingId.InitialWindowSize:
                InitialWindowBytes = (int)value;
                break;
            case SettingId.MaxFrameSize when value is < Http2Limits.FrameBytes or > Http2Limits.LargestFrameBytes:
                return Http2Fault.InvalidMaxFrameSize;
            case SettingId.MaxFrameSize:
                MaxFrameBytes = (int)value;
                break;
            case SettingId.MaxHeaderListSize:
                MaxHeaderListBytes = value;
                break;
            default:
                // What is not known is ignored. Source: RFC 9113 §6.5.2.
                break;
        }

        return Http2Fault.None;
    }
}
