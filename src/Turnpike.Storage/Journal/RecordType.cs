namespace Turnpike.Storage.Journal;

internal enum RecordType : byte
{
    Hold = 1,
    Settlement = 2,
}
