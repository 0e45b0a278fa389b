using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Fog.Engine.Tests.Storage.PowerLoss;

/// <summary>SQLite's own file layer with a note taken of every write, truncation, sync, creation and deletion in the traced folders.
/// It is the process's default from its first use on, so that the store under test is opened as production opens it.</summary>
/// <remarks>Layouts: sqlite3_vfs and sqlite3_io_methods of sqlite3.h. A sync of a folder is seen where SQLite opens the folder for it (os_unix.c, openDirectory).</remarks>
internal static unsafe class TracingVfs
{
    private const int VfsBytes = 22 * 8, MethodBytes = 19 * 8;

    // Pointers from the start of sqlite3_vfs, in eights.
    private const int Name = 3, OpenSlot = 5, DeleteSlot = 6, SetSystemCallSlot = 18, GetSystemCallSlot = 19;

    // And of sqlite3_io_methods.
    private const int CloseSlot = 1, WriteSlot = 3, TruncateSlot = 4, SyncSlot = 5;

    private static readonly ConcurrentDictionary<string, DiskTrace> s_traces = new();
    private static readonly ConcurrentDictionary<nint, TracedFile> s_files = new();
    private static readonly ConcurrentDictionary<nint, nint> s_methods = new();
    private static readonly nint* s_system = Install();
    private static delegate* unmanaged<byte*, int*, int> s_openDirectory;

    private sealed record TracedFile(DiskTrace Trace, string Name, nint Methods);

    /// <summary>Files that are opened in this folder until the result is disposed are traced until they are closed.</summary>
    internal static IDisposable Trace(string folder, DiskTrace trace)
    {
        Assert.True(s_system != null);
        Assert.True(s_traces.TryAdd(folder, trace));
        return new Tracing(folder);
    }

    private sealed class Tracing(string folder) : IDisposable
    {
        public void Dispose() => s_traces.TryRemove(folder, out _);
    }

    private static nint* Install()
    {
        SQLitePCL.Batteries_V2.Init();
        var system = Find(null);
        var ours = (nint*)NativeMemory.AllocZeroed(VfsBytes);
        Buffer.MemoryCopy(system, ours, VfsBytes, VfsBytes);
        ours[Name] = Marshal.StringToCoTaskMemUTF8("traced");
        ours[OpenSlot] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, nint*, int, int*, int>)&Open;
        ours[DeleteSlot] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, int, int>)&Delete;

        var name = (byte*)Marshal.StringToCoTaskMemUTF8("openDirectory");
        s_openDirectory = (delegate* unmanaged<byte*, int*, int>)((delegate* unmanaged<nint*, byte*, nint>)system[GetSystemCallSlot])(system, name);
        int replaced = ((delegate* unmanaged<nint*, byte*, nint, int>)system[SetSystemCallSlot])(
            system, name, (nint)(delegate* unmanaged[Cdecl]<byte*, int*, int>)&OpenDirectory);
        Assert.Equal(0, replaced);
        Assert.Equal(0, Register(ours, 1));
        return system;
    }

    private static DiskTrace? TraceOf(byte* path, out string name)
    {
        string full = Marshal.PtrToStringUTF8((nint)path) ?? "";
        name = Path.GetFileName(full);
        return s_traces.GetValueOrDefault(Path.GetDirectoryName(full) ?? "");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(nint* vfs, byte* path, nint* file, int flags, int* outFlags)
    {
        var trace = TraceOf(path, out var name);
        bool existed = trace is null || File.Exists(Marshal.PtrToStringUTF8((nint)path));
        int result = ((delegate* unmanaged<nint*, byte*, nint*, int, int*, int>)s_system[OpenSlot])(s_system, path, file, flags, outFlags);
        if (trace is not null && result == 0)
        {
            if (!existed)
            {
                trace.Add(new Created(name));
            }

            s_files[(nint)file] = new TracedFile(trace, name, file[0]);
            file[0] = s_methods.GetOrAdd(file[0], Patched);
        }

        return result;
    }

    /// <summary>The same methods, of which some take notes.</summary>
    private static nint Patched(nint methods)
    {
        var patched = (nint*)NativeMemory.AllocZeroed(MethodBytes);
        Buffer.MemoryCopy((void*)methods, patched, MethodBytes, MethodBytes);
        patched[CloseSlot] = (nint)(delegate* unmanaged[Cdecl]<nint*, int>)&Close;
        patched[WriteSlot] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)&Write;
        patched[TruncateSlot] = (nint)(delegate* unmanaged[Cdecl]<nint*, long, int>)&Truncate;
        patched[SyncSlot] = (nint)(delegate* unmanaged[Cdecl]<nint*, int, int>)&Sync;
        return (nint)patched;
    }

    private static nint* Methods(TracedFile file) => (nint*)file.Methods;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(nint* vfs, byte* path, int syncFolder)
    {
        // Before, because the sync of the folder is part of it.
        if (TraceOf(path, out var name) is { } trace && File.Exists(Marshal.PtrToStringUTF8((nint)path)))
        {
            trace.Add(new Deleted(name));
        }

        return ((delegate* unmanaged<nint*, byte*, int, int>)s_system[DeleteSlot])(s_system, path, syncFolder);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OpenDirectory(byte* fileInIt, int* handle)
    {
        int result = s_openDirectory(fileInIt, handle);
        if (result == 0)
        {
            TraceOf(fileInIt, out _)?.Add(new FolderSynced());
        }

        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(nint* file)
    {
        s_files.TryRemove((nint)file, out var traced);
        return ((delegate* unmanaged<nint*, int>)Methods(traced!)[CloseSlot])(file);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint* file, byte* bytes, int count, long offset)
    {
        var traced = s_files[(nint)file];
        if (traced.Trace.IsFull)
        {
            return SQLitePCL.raw.SQLITE_FULL;
        }

        int result = ((delegate* unmanaged<nint*, byte*, int, long, int>)Methods(traced)[WriteSlot])(file, bytes, count, offset);
        traced.Trace.Add(new Wrote(traced.Name, offset, new ReadOnlySpan<byte>(bytes, count).ToArray()));
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(nint* file, long length)
    {
        var traced = s_files[(nint)file];
        int result = ((delegate* unmanaged<nint*, long, int>)Methods(traced)[TruncateSlot])(file, length);
        traced.Trace.Add(new Truncated(traced.Name, length));
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(nint* file, int flags)
    {
        // Before, because the sync of the folder that may be part of it comes after that of the file.
        var traced = s_files[(nint)file];
        traced.Trace.Add(new Synced(traced.Name));
        return ((delegate* unmanaged<nint*, int, int>)Methods(traced)[SyncSlot])(file, flags);
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    private static extern nint* Find(byte* name);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    private static extern int Register(nint* vfs, int makeDefault);
}
