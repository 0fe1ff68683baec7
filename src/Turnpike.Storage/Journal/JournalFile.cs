using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;

namespace Turnpike.Storage.Journal;

/// <summary>The journal's file, mapped into memory and shared: what is stored in the mapping is the kernel's from that instruction on,
/// so it survives the death of the process. Only the machine's death asks for <see cref="Flush"/>.</summary>
internal sealed unsafe class JournalFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    private JournalFile(MemoryMappedFile map, MemoryMappedViewAccessor view, JournalHeader header)
    {
        _map = map;
        _view = view;
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + view.PointerOffset;
        Header = header;
    }

    /// <summary>Where a data folder has it.</summary>
    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "journal.bin");

    public JournalHeader Header { get; private set; }

    public byte* Ring => _start + JournalFormat.HeaderBytes;

    public long RingBytes => Header.RingBytes;

    /// <summary>Opens the file, or makes it when there is none. An existing file keeps its size.</summary>
    /// <exception cref="InvalidDataException">The file is there and is not a journal.</exception>
    public static JournalFile Open(string path, long ringBytes)
    {
        if (!File.Exists(path))
        {
            Create(path, ringBytes);
        }

        var length = new FileInfo(path).Length;
        var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, length, MemoryMappedFileAccess.ReadWrite);
        try
        {
            var view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.ReadWrite);
            var header = ReadHeader(view);
            if (header is null || header.RingBytes + JournalFormat.HeaderBytes != length)
            {
                view.Dispose();
                throw new InvalidDataException($"{path} is not a journal of this version, or it is damaged. It may hold bookings that the "
                    + "database does not have yet. If it is sure that it does not, move the file away and start again.");
            }

            return new(map, view, header);
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>The size of a ring that is made when so much is asked for: whole pages.</summary>
    public static long RoundedRingBytes(long asked) => asked / JournalFormat.HeaderBytes * JournalFormat.HeaderBytes;

    /// <summary>Writes the header anew, into the slot that is not in force.</summary>
    public void WriteHeader(JournalPosition applied)
    {
        var next = Header with { Counter = Header.Counter + 1, Applied = applied };
        next.WriteTo(Slot(next.Counter));
        Header = next;
    }

    /// <summary>Returns when the disk has everything that was written before the call.</summary>
    public void Flush() => _view.Flush();

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    private static JournalHeader? ReadHeader(MemoryMappedViewAccessor view)
    {
        var page = new byte[JournalFormat.HeaderBytes];
        if (view.ReadArray(0, page, 0, page.Length) != page.Length)
        {
            return null;
        }

        var first = JournalHeader.ReadFrom(page.AsSpan(0, JournalFormat.HeaderSlotBytes));
        var second = JournalHeader.ReadFrom(page.AsSpan(JournalFormat.HeaderSlotBytes, JournalFormat.HeaderSlotBytes));
        return first is null ? second : second is null || first.Counter > second.Counter ? first : second;
    }

    private Span<byte> Slot(ulong counter) =>
        new(_start + ((int)(counter & 1) * JournalFormat.HeaderSlotBytes), JournalFormat.HeaderSlotBytes);

    private static void Create(string path, long ringBytes)
    {
        var rounded = RoundedRingBytes(ringBytes);
        var header = new JournalHeader
        {
            Id = new Guid(RandomNumberGenerator.GetBytes(16)),
            Counter = 0,
            RingBytes = rounded,
            Applied = new(0, 0, 0),
        };
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            // Every block is written, not only reserved: a full disk is then an error here and not a SIGBUS at some later store.
            var block = new byte[1 << 16];
            header.WriteTo(block);
            var left = rounded + JournalFormat.HeaderBytes;
            while (left > 0)
            {
                var count = (int)Math.Min(left, block.Length);
                file.Write(block, 0, count);
                left -= count;
                Array.Clear(block);
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
    }
}
