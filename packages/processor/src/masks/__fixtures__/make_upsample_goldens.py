"""Writes upsample.json: PyTorch's bilinear resize of seeded logits. Run: python make_upsample_goldens.py upsample.json"""
import torch, torch.nn.functional as F, json, base64, sys
g=torch.Generator().manual_seed(0)
cases=[]
for (h,w,H,W) in ((8,8,37,53),(16,12,5,7),(7,9,7,9),(1,1,3,4),(3,2,50,1)):
    x=torch.randn(1,3,h,w,generator=g)*10
    y=F.interpolate(x,(H,W),mode="bilinear",align_corners=False)
    cases.append({"from":[h,w],"to":[H,W],"logits":base64.b64encode(x[0,0].contiguous().numpy().tobytes()).decode(),"expected":base64.b64encode(y[0,0].contiguous().numpy().tobytes()).decode()})
json.dump({"script":"make_upsample_goldens.py","torch":torch.__version__,"seed":0,"cases":cases},open(sys.argv[1],"w"),indent=1)
