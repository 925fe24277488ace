using System.Diagnostics;
using System.Numerics;

namespace Weir.Reactor;

/// <summary>
/// A hierarchical wheel of one loop: 3 levels of 256 slots, 1 ms, 256 ms and 65.5 s wide (4.6 hours in all; a later
/// deadline waits in the last slot and is sorted again from there). Insert and remove are a few stores each; finding
/// the next deadline is a scan of a 256-bit map.
/// </summary>
internal sealed class TimerWheel
{
    private const int Levels = 3;
    private const int SlotBits = 8;
    private const int Slots = 1 << SlotBits;
    private const int SlotMask = Slots - 1;
    private const int MapWords = Slots / 64;

    private readonly LoopTimer?[] _heads = new LoopTimer?[Levels * Slots];
    private readonly ulong[] _occupied = new ulong[Levels * MapWords];

    // All timers due before this tick have fired.
    private long _nowMs;
    private bool _firing;

    public TimerWheel(long nowMs) => _nowMs = nowMs;

    public int Count { get; private set; }

    public void Insert(LoopTimer timer)
    {
        Debug.Assert(!timer.IsSet, "a timer is linked once");
        Link(timer);
        Count++;
    }

    public void Remove(LoopTimer timer)
    {
        Unlink(timer);
        Count--;
    }

    /// <summary>Fires everything due at or before <paramref name="nowMs"/>; each timer is unset before its target is told.</summary>
    public void Advance(long nowMs)
    {
        while (Count > 0)
        {
            long tick = NextTick();
            if (tick > nowMs)
            {
                break;
            }

            _nowMs = tick;
            if ((tick & SlotMask) == 0)
            {
                Cascade();
            }

            Fire((int)(tick & SlotMask));
            _nowMs = tick + 1;
        }

        _nowMs = Math.Max(_nowMs, nowMs + 1);
    }

    /// <summary>Milliseconds until something may be due: 0 when it is, -1 when no timer is set.</summary>
    public int DelayMs(long nowMs) => Count == 0 ? -1 : (int)Math.Clamp(NextTick() - nowMs, 0, int.MaxValue);

    // The next tick at which a slot must be fired, or one of an upper level sorted into the level below.
    private long NextTick()
    {
        int first = (int)(_nowMs & SlotMask);
        int second = (int)(_nowMs >> SlotBits) & SlotMask;
        int third = (int)(_nowMs >> (2 * SlotBits)) & SlotMask;
        if (first == 0 && (IsOccupied(1, second) || (second == 0 && IsOccupied(2, third))))
        {
            return _nowMs;
        }

        int found = NextOccupied(0, first);
        if (found < Slots)
        {
            return (_nowMs & ~(long)SlotMask) + found;
        }

        found = NextOccupied(1, second + 1);
        return found < Slots
            ? ((_nowMs >> (2 * SlotBits)) << (2 * SlotBits)) + ((long)found << SlotBits)
            : ((_nowMs >> (2 * SlotBits)) + 1) << (2 * SlotBits);
    }

    private bool IsOccupied(int level, int slot) =>
        (_occupied[(level * MapWords) + (slot >> 6)] & (1UL << (slot & 63))) != 0;

    private int NextOccupied(int level, int from)
    {
        if (from >= Slots)
        {
            return Slots;
        }

        int word = from >> 6;
        ulong bits = _occupied[(level * MapWords) + word] & (ulong.MaxValue << (from & 63));
        while (bits == 0)
        {
            if (++word == MapWords)
            {
                return Slots;
            }

            bits = _occupied[(level * MapWords) + word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    private void Cascade()
    {
        int second = (int)(_nowMs >> SlotBits) & SlotMask;
        if (second == 0)
        {
            Resort((2 * Slots) + ((int)(_nowMs >> (2 * SlotBits)) & SlotMask));
        }

        Resort(Slots + second);
    }

    private void Resort(int slot)
    {
        LoopTimer? timer = _heads[slot];
        _heads[slot] = null;
        _occupied[slot >> 6] &= ~(1UL << (slot & 63));
        while (timer is not null)
        {
            LoopTimer? next = timer.Next;
            timer.Previous = timer.Next = null;
            timer.Slot = -1;
            Link(timer);
            timer = next;
        }
    }

    private void Fire(int slot)
    {
        // A target may set and clear timers, its own and others of this very slot, so take one at a time. A timer set
        // for now or the past lands in a later tick (see Link), so this ends.
        _firing = true;
        try
        {
            while (_heads[slot] is { } timer)
            {
                Remove(timer);
                timer.Target.OnTimer(timer);
            }
        }
        finally
        {
            _firing = false;
        }
    }

    private void Link(LoopTimer timer)
    {
        // While a slot fires, _nowMs is its tick: something due "now" goes into the next one.
        long due = Math.Max(timer.DueMs, _firing ? _nowMs + 1 : _nowMs);
        long away = due - (_nowMs & ~(long)SlotMask);
        int slot;
        if (away < Slots)
        {
            slot = (int)(due & SlotMask);
        }
        else if ((due >> SlotBits) - (_nowMs >> SlotBits) < Slots)
        {
            slot = Slots + ((int)(due >> SlotBits) & SlotMask);
        }
        else
        {
            long turns = Math.Min((due >> (2 * SlotBits)) - (_nowMs >> (2 * SlotBits)), Slots - 1);
            slot = (2 * Slots) + ((int)((_nowMs >> (2 * SlotBits)) + turns) & SlotMask);
        }

        timer.Slot = slot;
        LoopTimer? head = _heads[slot];
        timer.Next = head;
        timer.Previous = null;
        if (head is not null)
        {
            head.Previous = timer;
        }

        _heads[slot] = timer;
        _occupied[slot >> 6] |= 1UL << (slot & 63);
    }

    private void Unlink(LoopTimer timer)
    {
        int slot = timer.Slot;
        if (timer.Previous is null)
        {
            _heads[slot] = timer.Next;
            if (timer.Next is null)
            {
                _occupied[slot >> 6] &= ~(1UL << (slot & 63));
            }
        }
        else
        {
            timer.Previous.Next = timer.Next;
        }

        if (timer.Next is not null)
        {
            timer.Next.Previous = timer.Previous;
        }

        timer.Previous = timer.Next = null;
        timer.Slot = -1;
    }
}
