using System.IO;
using Fog.Firmware.Loader.Flash;

namespace Fog.Firmware.Device.Board
{
    /// <summary>Records as files of littlefs, in a folder of their own.</summary>
    internal sealed class LittleFlash : IFlash
    {
        private const string Folder = "I:\\fog\\";

        public LittleFlash()
        {
            if (!Directory.Exists(Folder))
            {
                Directory.CreateDirectory(Folder);
            }
        }

        public string[] Names()
        {
            string[] paths = Directory.GetFiles(Folder);
            for (int i = 0; i < paths.Length; i++)
            {
                paths[i] = Path.GetFileName(paths[i]);
            }

            return paths;
        }

        public int Length(string name)
        {
            if (!File.Exists(Folder + name))
            {
                return -1;
            }

            using (FileStream file = new FileStream(Folder + name, FileMode.Open, FileAccess.Read))
            {
                return (int)file.Length;
            }
        }

        /// <remarks>littlefs makes what was written part of the file when it is closed, all at once; before, a loss of power leaves it as it was.</remarks>
        public bool Append(string name, byte[] data, int offset, int count)
        {
            int before = Length(name);
            try
            {
                using (FileStream file = new FileStream(Folder + name, FileMode.Append, FileAccess.Write))
                {
                    file.Write(data, offset, count);
                }

                return true;
            }
            catch (IOException)
            {
                // Full. What a part of the write has left goes, so that nothing is there that was not asked for.
                Restore(name, before);
                return false;
            }
        }

        public void Read(string name, int position, byte[] into, int offset, int count)
        {
            using (FileStream file = new FileStream(Folder + name, FileMode.Open, FileAccess.Read))
            {
                file.Seek(position, SeekOrigin.Begin);
                while (count > 0)
                {
                    int read = file.Read(into, offset, count);
                    if (read <= 0)
                    {
                        throw new IOException("a record is shorter than it was");
                    }

                    offset += read;
                    count -= read;
                }
            }
        }

        public void Delete(string name)
        {
            if (File.Exists(Folder + name))
            {
                File.Delete(Folder + name);
            }
        }

        private void Restore(string name, int lengthBefore)
        {
            if (lengthBefore < 0)
            {
                Delete(name);
                return;
            }

            using (FileStream file = new FileStream(Folder + name, FileMode.Open, FileAccess.ReadWrite))
            {
                file.SetLength(lengthBefore);
            }
        }
    }
}
