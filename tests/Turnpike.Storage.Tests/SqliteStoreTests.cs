namespace Turnpike.Storage.Tests;

public sealed class SqliteStoreTests : StoreContract
{
    private protected override StorageOptions Options(TemporaryDirectory directory) => new() { DataDirectory = directory.Path, JournalBytes = 1 << 20 };
}
