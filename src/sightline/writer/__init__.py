"""Layer 2a: ``SummaryWriter``. Python values to event files, with NumPy and the kernel alone.

    summary_writer.py  SummaryWriter: the calls people make, with the signatures of torch.utils.tensorboard
    file_writer.py     FileWriter: whole events and summaries into one directory
    event_file.py      EventFile: one open event file; appending, surviving full disks, reopening
    argument.py        whatever people pass as a number, a step or an array, to what we keep

Import from the modules; nothing is loaded here.
"""
